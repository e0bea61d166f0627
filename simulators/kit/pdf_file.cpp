// Writes PDFs and their signatures.
#include "simulators/kit/pdf_file.hpp"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <random>
#include <stdexcept>

namespace sim::kit {
namespace {

constexpr std::size_t signature_bytes_max = 8'000;
constexpr const char* range_place = "[0 0000000000 0000000000 0000000000]";

std::string stream(const std::string& content) {
    return "<< /Length " + std::to_string(content.size()) + " >>\nstream\n" + content +
           "\nendstream";
}
std::string shown(const std::string& text) {
    return stream("BT /F1 18 Tf 72 700 Td (" + text + ") Tj ET");
}
std::string padding(std::size_t bytes, std::uint64_t seed) {
    std::mt19937_64 g(seed);
    std::string out;
    while (out.size() + 17 < bytes) {
        char word[18];
        std::snprintf(word, sizeof word, "%016llx\n", static_cast<unsigned long long>(g()));
        out += word;
    }
    return out;
}
std::string date(UnixTime at) {
    const std::time_t local = static_cast<std::time_t>(at) + 7 * 3'600;
    std::tm parts{};
    ::gmtime_r(&local, &parts);
    char text[24];
    std::strftime(text, sizeof text, "D:%Y%m%d%H%M%S", &parts);
    return std::string(text) + "+07'00'";
}
std::string hex(const std::string& bytes) {
    std::string out;
    for (const char c : bytes) {
        char two[3];
        std::snprintf(
            two, sizeof two, "%02x", static_cast<unsigned>(static_cast<unsigned char>(c))
        );
        out += two;
    }
    return out;
}
std::string references(const std::vector<int>& numbers) {
    std::string out = "[";
    for (const int number : numbers)
        out += (out.size() > 1 ? " " : "") + std::to_string(number) + " 0 R";
    return out + "]";
}

}  // namespace

PdfFile::PdfFile(const std::string& text, std::size_t bytes, std::uint64_t seed) {
    bytes_ = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
    append(
        {{1, "<< /Type /Catalog /Pages 2 0 R >>"},
         {2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"},
         {3, page()},
         {4, shown(text)},
         {5, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"},
         {6, stream(padding(bytes, seed))}}
    );
}

std::string PdfFile::page() const {
    std::string text =
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font "
        "<< "
        "/F1 5 0 R >> >>";
    if (!fields_.empty()) text += " /Annots " + references(fields_);
    return text + " >>";
}

/// One revision: objects, cross-reference table, trailer.
void PdfFile::append(const std::vector<Object>& objects) {
    std::string table = "xref\n0 1\n0000000000 65535 f \n";
    for (const Object& object : objects) {
        char entry[64];
        std::snprintf(entry, sizeof entry, "%d 1\n%010zu 00000 n \n", object.number, bytes_.size());
        table += entry;
        bytes_ += std::to_string(object.number) + " 0 obj\n" + object.content + "\nendobj\n";
        objects_ = std::max(objects_, object.number);
    }
    const std::size_t at = bytes_.size();
    bytes_ += table + "trailer\n<< /Size " + std::to_string(objects_ + 1) + " /Root 1 0 R";
    if (xref_ != 0) bytes_ += " /Prev " + std::to_string(xref_);
    bytes_ += " >>\nstartxref\n" + std::to_string(at) + "\n%%EOF\n";
    xref_ = at;
}

void PdfFile::sign(const SignatureWish& wish, const std::string& sub_filter) {
    const int field = objects_ + 1, value = objects_ + 2;
    fields_.push_back(field);
    const std::size_t before = bytes_.size();
    append(
        {{1,
          "<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields " + references(fields_) +
              " >> >>"},
         {3, page()},
         {field,
          "<< /Type /Annot /Subtype /Widget /FT /Sig /Rect [0 0 0 0] /F 132 /P 3 0 R /T (ky" +
              std::to_string(field) + ") /V " + std::to_string(value) + " 0 R >>"},
         {value,
          "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /" + sub_filter + " /M (" +
              date(wish.at) + ")\n/ByteRange " + range_place + "\n/Contents <" +
              std::string(2 * signature_bytes_max, '0') + "> >>"}}
    );
    const std::size_t hole = bytes_.find("/Contents <", before) + 10;
    const std::size_t end = hole + 2 * signature_bytes_max + 2;
    const std::string place = range_place;
    char range[64];
    std::snprintf(range, sizeof range, "[0 %zu %zu %zu]", hole, end, bytes_.size() - end);
    std::string filled = range;
    filled.resize(place.size(), ' ');
    bytes_.replace(bytes_.find(place, before), place.size(), filled);
    const std::string cms = hex(sign_detached(bytes_.substr(0, hole) + bytes_.substr(end), wish));
    if (cms.size() > 2 * signature_bytes_max) throw std::runtime_error("simulator: signature size");
    bytes_.replace(hole + 1, cms.size(), cms);
    hole_begin_ = hole + 1;
    hole_end_ = hole_begin_ + cms.size();
}

void PdfFile::rewrite(const std::string& text) {
    append({{4, shown(text)}});
}

}  // namespace sim::kit
