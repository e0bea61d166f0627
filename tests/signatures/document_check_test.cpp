// Signed PDFs, good and bad, before the verification list (DS-28).
#include "tests/signatures/signing_kit.hpp"

namespace gw::signatures_test {
namespace {

using crypto::Verdict;

TEST_CASE("DS-28 document check: a signed PDF is valid, with the signer and the anchor named") {
    Signers s;
    const auto report = s.check(s.document(s.wish()));
    REQUIRE(report.signatures.size() == 1);
    for (const auto& check : report.signatures[0].checks)
        CHECK_MESSAGE(check.verdict == Verdict::valid, check.name);
    CHECK(report.verdict == Verdict::valid);
    CHECK(report.signatures[0].anchor_fingerprint == s.trust.anchors()[0].fingerprint);
    CHECK(report.signatures[0].signer_fingerprint.size() == 64);
    CHECK(report.signatures[0].signed_at == instant(signed_at));
    CHECK(report.signatures[0].time_claimed);
    CHECK(report.trust_version == s.trust.version());
}

TEST_CASE("DS-28 document check: RSA, SHA-512, CAdES and no signingCertificate are valid too") {
    Signers s;
    auto wish = Signers::leader_wish();
    wish.rsa_bits = 2048;
    auto how = s.wish_of(s.authority.issue(wish));
    CHECK(s.verdict(s.document(how)) == "valid");
    how.digest = "SHA512";
    CHECK(s.verdict(s.document(how)) == "valid");
    how.names_certificate = false;
    CHECK(s.verdict(s.document(how)) == "valid");
    kit::PdfFile file("Mau", 100, 2);
    file.sign(s.wish(), "ETSI.CAdES.detached");
    CHECK(s.verdict(file.bytes()) == "valid");
}

TEST_CASE("V12 document check: no signature is not_signed, other files too") {
    Signers s;
    CHECK(s.verdict(kit::PdfFile("Mau", 5'000, 3).bytes()) == "not_signed");
    CHECK(s.verdict("") == "not_signed");
    CHECK(s.verdict("PK\x03\x04 a ZIP with /ByteRange") == "not_signed");
}

TEST_CASE(
    "DS-29 document check: without an anchor, or with one for another purpose, nothing is valid"
) {
    Signers s;
    const auto file = s.document(s.wish());
    s.trust = crypto::TrustList();
    CHECK(s.verdict(file) == "indeterminate V7.anchor");
    crypto::Anchor anchor;
    anchor.purpose = crypto::TrustPurpose::timestamp;
    const auto& pem = s.root.certificate().certificate_pem;
    CHECK(s.trust.add_anchor(pem, anchor).has_value());
    CHECK(s.verdict(file) == "indeterminate V7.anchor");
    anchor.purpose = crypto::TrustPurpose::document;
    anchor.from = core::local_day(instant(signed_at + day));
    CHECK(s.trust.add_anchor(pem, anchor).has_value());
    CHECK(s.verdict(file) == "indeterminate V7.anchor");
    anchor.from = core::local_day(instant(signed_at));
    anchor.to = anchor.from;
    CHECK(s.trust.add_anchor(pem, anchor).has_value());
    CHECK(s.verdict(file) == "valid");
    anchor.fingerprint = std::string(64, '0');
    CHECK(s.trust.add_anchor(pem, anchor).error().code == "trust.fingerprint");
    CHECK(s.trust.add_anchor("no PEM", crypto::Anchor()).error().code == "trust.unreadable");
    CHECK(s.trust.add_revocations("no list").error().code == "trust.unreadable");
}

TEST_CASE("V1, V2 document check: content changed, appended, or a range with a gap is invalid") {
    Signers s;
    kit::PdfFile file("Trich luc", 500, 4);
    file.sign(s.wish());
    auto bytes = file.bytes();
    CHECK(s.verdict(bytes) == "valid");
    auto flipped = bytes;
    flipped[flipped.find("Trich luc")] ^= 1;
    CHECK(s.verdict(flipped) == "invalid V4.digest");
    CHECK(s.verdict(bytes + "\n") == "invalid V2.unchanged");
    CHECK(s.verdict(bytes + "%%EOF\n") == "invalid V2.unchanged");
    file.rewrite("Trich luc khac");
    CHECK(s.verdict(file.bytes()).starts_with("in"));
    CHECK(s.verdict(file.bytes()) != "valid");
    auto cut = bytes.substr(0, bytes.size() - 1);
    CHECK(s.verdict(cut) == "invalid V1.byte_range");
    auto gap = bytes;
    const auto range = gap.find("/ByteRange [0 ") + 14;
    gap[range + 2] = gap[range + 2] == '9' ? '8' : static_cast<char>(gap[range + 2] + 1);
    CHECK(s.verdict(gap).starts_with("invalid V1."));
}

TEST_CASE("V2 document check: a second signature over a changed document is not valid") {
    Signers s;
    kit::PdfFile file("Trich luc", 500, 5);
    file.sign(s.wish());
    file.rewrite("Trich luc khac");
    file.sign(s.wish());
    const auto report = s.check(file.bytes());
    CHECK(report.signatures.size() == 2);
    CHECK(report.verdict != Verdict::valid);
}

TEST_CASE("V1 document check: what was signed once is not taken for unsigned") {
    Signers s;
    auto bytes = s.document(s.wish());
    bytes.replace(bytes.find("/ByteRange"), 10, "/ByteRunge");
    CHECK(s.verdict(bytes) == "invalid V1.dictionary");
    bytes = s.document(s.wish());
    bytes.replace(bytes.find("/Contents <"), 9, "/Contants");
    CHECK(s.verdict(bytes) == "invalid V1.dictionary");
}

TEST_CASE("V3, V5 document check: old forms and old digests are never valid") {
    Signers s;
    kit::PdfFile file("Mau", 100, 6);
    file.sign(s.wish(), "adbe.pkcs7.sha1");
    CHECK(s.verdict(file.bytes()) == "indeterminate V3.sub_filter");
    kit::PdfFile odd("Mau", 100, 6);
    odd.sign(s.wish(), "vgca.own");
    CHECK(s.verdict(odd.bytes()) == "invalid V3.sub_filter");
    auto how = s.wish();
    how.digest = "SHA1";
    CHECK(s.verdict(s.document(how)) == "invalid V5.digest_algorithm");
    how.at = 1'500'000'000;  // 2017
    CHECK(s.verdict(s.document(how)).starts_with("indeterminate"));
}

TEST_CASE("V6 document check: a short key, or an issuer that signed with SHA-1, is indeterminate") {
    Signers s;
    auto wish = Signers::leader_wish();
    wish.rsa_bits = 1024;
    CHECK(s.verdict(s.document(s.wish_of(s.authority.issue(wish)))) == "indeterminate V6.key");
    wish.rsa_bits = 0;
    wish.signed_with = "SHA1";
    CHECK(s.verdict(s.document(s.wish_of(s.authority.issue(wish)))) == "indeterminate V6.key");
}

TEST_CASE("V7 document check: a self-made authority with the same names is not trusted") {
    Signers s, forger;
    CHECK(s.verdict(forger.document(forger.wish())) != "valid");
    auto alone = s.wish();
    alone.signer = forger.leader;
    CHECK(s.verdict(s.document(alone)) != "valid");
    auto without = s.wish();
    without.chain_pem.clear();
    CHECK(s.verdict(s.document(without)) == "indeterminate V7.anchor");
}

TEST_CASE(
    "V7 F-203 document check: expired, not yet valid, wrong usage, an officer who issues officers"
) {
    Signers s;
    auto wish = Signers::leader_wish();
    wish.to = signed_at - day;
    CHECK(s.verdict(s.document(s.wish_of(s.authority.issue(wish)))) == "indeterminate V7.validity");
    wish = Signers::leader_wish();
    wish.from = signed_at + day;
    CHECK(s.verdict(s.document(s.wish_of(s.authority.issue(wish)))) == "indeterminate V7.validity");
    wish = Signers::leader_wish();
    wish.usage = "critical,keyEncipherment";
    CHECK(
        s.verdict(s.document(s.wish_of(s.authority.issue(wish)))) == "indeterminate V7.key_usage"
    );
    wish = Signers::leader_wish();
    wish.extended = "serverAuth";
    CHECK(
        s.verdict(s.document(s.wish_of(s.authority.issue(wish)))) == "indeterminate V7.key_usage"
    );
    kit::SigningAuthority officer(s.leader);
    auto how = s.wish_of(officer.issue(Signers::leader_wish()));
    how.chain_pem.push_back(s.leader.certificate_pem);
    CHECK(s.verdict(s.document(how)) == "invalid V7.chain");
}

TEST_CASE("V7 document check: the signer's own word about the time does not outlive his certificate"
) {
    Signers s;
    const auto file = s.document(s.wish());
    CHECK(s.verdict(file, signed_at + 300 * day) == "valid");
    CHECK(s.verdict(file, signed_at + 2 * year) == "indeterminate V7.validity");
    CHECK(s.verdict(file, signed_at - day) == "indeterminate V7.signing_time");
}

TEST_CASE(
    "V8 F-203 document check: revoked before, revoked later, no list, a stale list, a list of "
    "others"
) {
    Signers s, other;
    const auto with = [&](std::vector<std::string> lists) {
        auto how = s.wish();
        how.revocations_pem = std::move(lists);
        return s.verdict(s.document(how));
    };
    const auto list = [&](kit::UnixTime at) {
        return s.authority.revocations(signed_at - day, signed_at + day, {{s.leader, at}});
    };
    CHECK(with({s.lists[0], list(signed_at - minute)}) == "invalid V8.revoked");
    CHECK(with({s.lists[0], list(signed_at + minute)}) == "indeterminate V8.revoked");
    CHECK(with({}) == "indeterminate V8.revocation");
    CHECK(with({s.lists[1]}) == "indeterminate V8.revocation");
    const auto stale = s.authority.revocations(signed_at - 9 * day, signed_at - day);
    CHECK(with({s.lists[0], stale}) == "indeterminate V8.revocation");
    CHECK(with({s.lists[0], other.lists[1]}) == "indeterminate V8.revocation");
    // The province's own copies serve as well.
    CHECK(s.trust.add_revocations(s.lists[0]).has_value());
    CHECK(s.trust.add_revocations(s.lists[1]).has_value());
    CHECK(with({}) == "valid");
    CHECK(s.trust.add_revocations(list(signed_at - minute)).has_value());
    CHECK(with({}) == "invalid V8.revoked");
}

}  // namespace
}  // namespace gw::signatures_test
