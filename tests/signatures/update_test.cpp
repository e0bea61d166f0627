// What may follow a signature in a PDF (V2): another one and validation data, nothing that shows.
#include "tests/signatures/signing_kit.hpp"

namespace gw::signatures_test {
namespace {

constexpr const char* page =
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << "
    "/F1 5 0 R >> >> /Annots [7 0 R";
constexpr const char* form =
    "<< /Type /Catalog /Pages 2 0 R /AcroForm << /SigFlags 3 /Fields [7 0 R";

kit::PdfFile signed_once(Signers& s) {
    kit::PdfFile file("Trich luc", 300, 1);
    file.sign(s.wish());
    return file;
}

TEST_CASE("DS-22 document check: leader, then seal: both signatures are valid") {
    Signers s;
    auto file = signed_once(s);
    auto seal = s.wish_of(s.authority.issue(Signers::leader_wish()));
    file.sign(seal);
    CHECK(s.verdict(file.bytes()) == "valid");
    file.sign(s.wish());
    const auto report = s.check(file.bytes());
    CHECK(report.verdict == crypto::Verdict::valid);
    CHECK(report.signatures.size() == 3);
}

TEST_CASE("V11 document check: the worst signature decides") {
    Signers s, other;
    auto file = signed_once(s);
    file.sign(other.wish());
    CHECK(s.verdict(file.bytes()) != "valid");
    kit::PdfFile turned("Trich luc", 300, 1);
    turned.sign(other.wish());
    turned.sign(s.wish());
    CHECK(s.verdict(turned.bytes()) != "valid");
}

TEST_CASE("V2 document check: validation data after the last signature is permitted") {
    Signers s;
    auto file = signed_once(s);
    file.append(
        {{1, std::string(form) + "] >> /DSS 9 0 R >>"},
         {9, "<< /Type /DSS /Certs [10 0 R] >>"},
         {10, "<< /Length 4 >>\nstream\n0000\nendstream"}}
    );
    CHECK(s.verdict(file.bytes()) == "valid");
    file.append({{9, "<< /Type /DSS /Certs [10 0 R 11 0 R] >>"}, {11, "<< /VRI 1 >>"}});
    CHECK(s.verdict(file.bytes()) == "valid");
}

TEST_CASE("V2 document check: what a reader would see differently is never valid") {
    Signers s;
    const auto verdict_with = [&](const std::vector<kit::PdfFile::Object>& objects, bool again) {
        auto file = signed_once(s);
        file.append(objects);
        if (again) file.sign(s.wish());
        return s.verdict(file.bytes());
    };
    const std::string text =
        "<< /Length 36 >>\nstream\nBT /F1 18 Tf 72 700 Td (Khac) Tj ET  "
        "\nendstream";
    const std::string note = "<< /Type /Annot /Subtype /FreeText /Rect [0 0 595 842] >>";
    const std::string fake =
        "<< /Type /Annot /Subtype /Widget /FT /Sig /Rect [0 0 595 842] /AP << /N 10 0 R >> >>";
    for (const bool again : {false, true}) {
        CHECK(verdict_with({{4, text}}, again).starts_with("in"));
        CHECK(
            verdict_with({{2, "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"}}, again) != "valid"
        );
        CHECK(verdict_with({{3, std::string(page) + " 9 0 R] >>"}, {9, note}}, again) != "valid");
        CHECK(verdict_with({{3, std::string(page) + " 9 0 R] >>"}, {9, fake}}, again) != "valid");
        CHECK(verdict_with({{3, std::string(page) + "] /Rotate 90 >>"}}, again) != "valid");
        CHECK(verdict_with({{5, "<< /Type /Font /BaseFont /Khac >>"}}, again) != "valid");
        CHECK(verdict_with({{1, "<< /Type /Catalog /Pages 9 0 R >>"}}, again) != "valid");
        CHECK(
            verdict_with({{1, std::string(form) + "] >> /OpenAction 9 0 R >>"}}, again) != "valid"
        );
        CHECK(verdict_with({{3, std::string(page) + " 5 0 R] >>"}}, again) != "valid");
    }
    CHECK(
        verdict_with({{3, std::string(page) + " 9 0 R] >>"}, {9, note}}, false) ==
        "invalid V2.unchanged"
    );
    CHECK(verdict_with({{4, text}}, false) == "invalid V2.unchanged");
}

TEST_CASE("V2 document check: an object that the signed pages name and lack cannot be brought later"
) {
    Signers s;
    kit::PdfFile file("Trich luc", 300, 1);
    std::string more(page);
    more.replace(more.find("/Contents 4 0 R"), 15, "/Contents [4 0 R 20 % x\n 0 R]");
    more.erase(more.find(" /Annots"));
    file.append({{3, more + " >>"}});
    file.sign(s.wish());
    CHECK(s.verdict(file.bytes()) == "valid");
    file.append({{20, "<< /Length 5 >>\nstream\nBT ET\nendstream"}});
    CHECK(s.verdict(file.bytes()) == "invalid V2.unchanged");
}

TEST_CASE("V2 document check: a table that points elsewhere is not believed") {
    Signers s;
    auto file = signed_once(s);
    const auto clean = file.bytes();
    file.append({{9, "<< /Type /DSS >>"}});
    const auto good = file.bytes();
    CHECK(s.verdict(good) == "valid");
    for (std::size_t i = clean.size(); i < good.size(); ++i) {
        auto bad = good;
        bad[i] = bad[i] == '1' ? '2' : '1';
        const auto verdict = s.verdict(bad);
        // The new object, the entry of object 0 and the size mean nothing to what is shown.
        const bool inside = i > clean.size() + 7 && i < good.find("endobj", clean.size());
        const auto zero = good.find("0000000000 65535", clean.size());
        const auto size = good.find("/Size", clean.size());
        const bool idle = (i >= zero && i < zero + 17) || (i >= size && i < size + 9);
        if (!inside && !idle) CHECK_MESSAGE(verdict != "valid", bad.substr(clean.size()));
    }
    auto to_page = good;
    const auto entry = to_page.find("9 1\n", clean.size()) + 4;
    char offset[16];
    std::snprintf(offset, sizeof offset, "%010zu", clean.find("4 0 obj"));
    to_page.replace(entry, 10, offset);
    CHECK(s.verdict(to_page) != "valid");
}

}  // namespace
}  // namespace gw::signatures_test
