// Finds the signature dictionaries of a PDF by their ByteRange.
#include "gateway/crypto/pdf_signatures.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/crypto/pdf_syntax.hpp"

#include <algorithm>
#include <cstdio>

namespace gw::crypto {
namespace {

constexpr auto npos = std::string_view::npos;
constexpr std::string_view range_name = "/ByteRange";
constexpr std::size_t signatures_max = 16;
constexpr std::size_t header_within = 1024;      // where readers look for "%PDF-"
constexpr std::size_t object_within = 64 << 10;  // from "N G obj" to what stands in its dictionary
constexpr std::size_t hole_max = 2 << 20;

/// What only files hold that were signed: a file with one of them and no readable signature was
/// signed once, and is not taken for an unsigned one.
constexpr std::string_view traces[] = {
    "ByteRange", "adbe.pkcs7.", "adbe.x509.", "ETSI.CAdES.", "ETSI.RFC3161"};

/// Where the dictionary begins of the object that `inside` stands in; npos when there is none.
std::size_t object_begin(std::string_view pdf, std::size_t inside) {
    const auto floor = inside > object_within ? inside - object_within : 0;
    for (auto at = pdf.rfind("obj", inside); at != npos && at >= floor && at > 0;
         at = pdf.rfind("obj", at - 1)) {
        std::size_t back = at;
        while (back > 0 && pdf::is_space(pdf[back - 1])) --back;
        const bool number = back > 0 && back < at && pdf::is_digit(pdf[back - 1]);
        const auto begin = pdf::after_blanks(pdf, at + 3);
        if (number && pdf.substr(begin, 2) == "<<") return begin;
    }
    return npos;
}

/// The bytes of "<hex>": hex digits of one case, nothing else. Two spellings of one signature would
/// be two files with the same signature.
std::optional<std::string> hole_bytes(std::string_view hole) {
    if (hole.size() < 4 || hole.size() > hole_max || hole.front() != '<' || hole.back() != '>')
        return std::nullopt;
    const auto hex = hole.substr(1, hole.size() - 2);
    bool lower = false, upper = false;
    for (const char c : hex) {
        if (c >= 'a' && c <= 'f')
            lower = true;
        else if (c >= 'A' && c <= 'F')
            upper = true;
        else if (!pdf::is_digit(c))
            return std::nullopt;
    }
    if (lower && upper) return std::nullopt;
    std::string same(hex);
    for (char& c : same)
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c + 32);
    return from_hex(same);
}

/// What one "/ByteRange" stands for, or the fault.
std::string read_one(std::string_view pdf, std::size_t at, PdfSignature& out) {
    const auto begin = pdf::after_blanks(pdf, at + range_name.size());
    const auto end = begin < pdf.size() && pdf[begin] == '[' ? pdf::value_end(pdf, begin) : npos;
    if (end == npos) return "byte_range";
    const auto range = pdf::read_numbers(pdf.substr(begin, end - begin));
    if (!range || range->size() != 4) return "byte_range";
    out.hole_begin = (*range)[1];
    out.hole_end = (*range)[2];
    out.end = out.hole_end + (*range)[3];
    const bool ordered = (*range)[0] == 0 && out.hole_begin > 0 && out.hole_begin < out.hole_end &&
                         out.hole_end < out.end;
    if (!ordered || out.end > pdf.size()) return "byte_range";
    const auto hole = pdf.substr(out.hole_begin, out.hole_end - out.hole_begin);
    auto cms = hole_bytes(hole);
    if (!cms) return "hole";
    out.cms = std::move(*cms);
    const auto object = object_begin(pdf, std::min<std::size_t>(at, out.hole_begin));
    if (object == npos) return "dictionary";
    std::size_t after = 0;
    const auto dictionary = pdf::read_dictionary(pdf, object, &after);
    if (!dictionary || pdf.substr(pdf::after_blanks(pdf, after), 6) != "endobj")
        return "dictionary";
    const auto contents = pdf::value_of(*dictionary, "Contents");
    const auto own_range = pdf::value_of(*dictionary, "ByteRange");
    const auto type = pdf::value_of(*dictionary, "Type");
    const bool typed = type.empty() || type == "/Sig" || type == "/DocTimeStamp";
    if (contents.data() != hole.data() || contents.size() != hole.size() || !typed ||
        own_range.data() != pdf.data() + begin || pdf::value_of(*dictionary, "Filter").empty())
        return "dictionary";
    const auto filter = pdf::value_of(*dictionary, "SubFilter");
    if (filter.size() < 2 || filter.front() != '/') return "dictionary";
    out.sub_filter = filter.substr(1);
    const auto signed_at = pdf::value_of(*dictionary, "M");
    if (signed_at.size() > 2 && signed_at.front() == '(')
        out.signed_at = parse_pdf_date(signed_at.substr(1, signed_at.size() - 2));
    return "";
}

/// A signed revision ends as a file does.
bool ends_as_file(std::string_view revision) {
    if (revision.ends_with('\n')) revision.remove_suffix(1);
    if (revision.ends_with('\r')) revision.remove_suffix(1);
    return revision.ends_with("%%EOF");
}

std::string check_order(std::string_view pdf, std::vector<PdfSignature>& found) {
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.end < b.end;
    });
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (!ends_as_file(pdf.substr(0, found[i].end))) return "revision";
        // Two signatures over one revision cannot both be written last.
        if (i > 0 && found[i].hole_begin < found[i - 1].end) return "revision";
    }
    return "";
}

}  // namespace

PdfSignatures find_signatures(std::string_view pdf) {
    PdfSignatures out;
    out.is_pdf = pdf.substr(0, header_within).find("%PDF-") != npos;
    if (!out.is_pdf) return out;
    const bool traced = std::any_of(std::begin(traces), std::end(traces), [&](auto trace) {
        return pdf.find(trace) != npos;
    });
    if (!traced) return out;
    for (auto at = pdf.find("ByteRange"); at != npos; at = pdf.find("ByteRange", at + 9)) {
        if (out.found.size() == signatures_max) {
            out.fault = "count";
            return out;
        }
        PdfSignature one;
        out.fault = at > 0 && pdf[at - 1] == '/' ? read_one(pdf, at - 1, one) : "byte_range";
        if (!out.fault.empty()) return out;
        out.found.push_back(std::move(one));
    }
    if (out.found.empty())
        out.fault = "dictionary";
    else
        out.fault = check_order(pdf, out.found);
    return out;
}

std::optional<core::Instant> parse_pdf_date(std::string_view text) {
    // D:YYYYMMDDHHmmSS+07'00' or …Z
    if (!text.starts_with("D:") || text.size() < 17) return std::nullopt;
    const auto digits = text.substr(2, 14);
    if (!std::all_of(digits.begin(), digits.end(), pdf::is_digit)) return std::nullopt;
    std::string offset;
    const auto zone = text.substr(16);
    if (zone.front() == 'Z') {
        offset = "Z";
    } else if ((zone.front() == '+' || zone.front() == '-') && zone.size() >= 6 && zone[3] == '\'') {
        offset.append(zone.substr(0, 3)).append(":").append(zone.substr(4, 2));
    } else {
        return std::nullopt;
    }
    std::string iso;
    iso.append(digits.substr(0, 4)).append("-").append(digits.substr(4, 2)).append("-");
    iso.append(digits.substr(6, 2)).append("T").append(digits.substr(8, 2)).append(":");
    iso.append(digits.substr(10, 2)).append(":").append(digits.substr(12, 2)).append(offset);
    return core::parse_rfc3339(iso);
}

}  // namespace gw::crypto
