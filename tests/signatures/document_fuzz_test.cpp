// Hostile and damaged PDFs before the verification: no crash, and never `valid` for other bytes.
#include "tests/signatures/signing_kit.hpp"

#include <random>

namespace gw::signatures_test {
namespace {

using crypto::Verdict;

TEST_CASE("document check: no byte can be changed anywhere, the signature and its padding included"
) {
    Signers s;
    // Straight from the root, without lists inside: everything in the file matters.
    const auto leader = s.root.issue(Signers::leader_wish());
    CHECK(s.trust.add_revocations(s.lists[0]).has_value());
    auto how = s.wish_of(leader);
    how.chain_pem.clear();
    how.revocations_pem.clear();
    kit::PdfFile file("Trich luc", 50, 7);
    file.sign(how);
    const auto good = file.bytes();
    REQUIRE(s.verdict(good) == "valid");
    for (std::size_t i = 0; i < good.size(); ++i) {
        // Of the zeros after the signature a few will do.
        if (i > file.hole_end() + 40 && i < file.hole_end() + 10'000 && i % 997 != 0) continue;
        for (const int bit : {0, 1, 2, 4, 5}) {
            auto bad = good;
            bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
            const auto report = s.check(bad);
            CHECK_MESSAGE(report.verdict != Verdict::valid, i, " bit ", bit);
            const bool outside = i < file.hole_begin() - 1 || i > file.hole_end() + 10'000;
            if (outside && i > 8) CHECK_MESSAGE(report.verdict == Verdict::invalid, i);
        }
    }
}

TEST_CASE("document check: inside the signature no other value is the same signature") {
    Signers s;
    kit::PdfFile file("Trich luc", 50, 8);
    file.sign(s.wish());
    const auto good = file.bytes();
    constexpr std::string_view digits = "0123456789abcdef";
    std::size_t survivors = 0;
    for (std::size_t i = file.hole_begin(); i < file.hole_end(); i += 3) {
        auto bad = good;
        bad[i] = digits[(digits.find(bad[i]) + 1 + i % 15) % 16];
        if (bad == good) continue;
        if (s.check(bad).verdict == Verdict::valid) ++survivors;
    }
    CHECK(survivors == 0);
}

TEST_CASE("document check: random damage is never valid and never crashes") {
    Signers s;
    const auto good = s.document(s.wish());
    std::mt19937 g(9);
    for (int round = 0; round < 2'000; ++round) {
        auto bad = good;
        const auto at = g() % bad.size(), size = g() % 60;
        switch (g() % 4) {
            case 0:
                bad.erase(at, size + 1);
                break;
            case 1:
                bad.insert(at, good.substr(g() % good.size(), size + 1));
                break;
            case 2:
                bad.resize(at);
                break;
            default:
                bad.replace(at, size + 1, std::string(size, static_cast<char>(g())));
        }
        if (bad == good) continue;
        CHECK(s.check(bad).verdict != Verdict::valid);
    }
}

TEST_CASE("document check: nested, endless and huge things end soon") {
    Signers s;
    const std::string begin = "%PDF-1.7\n1 0 obj\n<< /A ";
    for (const std::string& deep :
         {std::string(1'000'000, '['),
          std::string(1'000'000, '<'),
          std::string(1'000'000, '('),
          std::string(1'000'000, '/')})
        CHECK(s.verdict(begin + deep + " /ByteRange [0 9 12 4] >>").starts_with("invalid"));
    std::string many = "%PDF-1.7\n";
    for (int i = 0; i < 100'000; ++i) many += "obj /ByteRange [0 1 2 3]";
    CHECK(s.verdict(many).starts_with("invalid"));
    std::string objects = "%PDF-1.7\n";
    for (int i = 0; i < 200'000; ++i) objects += "obj ";
    CHECK(s.verdict(objects + "/ByteRange [0 800010 800014 1]<00>x").starts_with("invalid"));
    CHECK(
        s.verdict("%PDF-1.7\n/ByteRange [0 999999999999999 999999999999999 999999999999999]") ==
        "invalid V1.byte_range"
    );
    CHECK(s.verdict("%PDF" + std::string(40 << 20, ' ')) == "indeterminate V1.too_large");
}

}  // namespace
}  // namespace gw::signatures_test
