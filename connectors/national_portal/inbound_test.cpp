// Tests of what an inbound call means: whose a tax notice is, every dossier of a call, withdrawn
// papers.
#include "connectors/national_portal/inbound.hpp"

#include "gateway/crypto/digest.hpp"
#include "tests/kit/portal_kit.hpp"

#include <doctest/doctest.h>

namespace gw::national_portal {
namespace {

using core::Document;

Document json(const std::string& text) {
    return *formats::read_json(text);
}

/// "DOSSIER=AMOUNT …" of a notice in this form.
std::string notices(const std::string& rows) {
    const std::string xml = "<DATA><BODY><ROW_LIST>" + rows + "</ROW_LIST></BODY></DATA>";
    const auto items =
        read_tax_notice(json(R"({"Data":{"FileThongBaoThue":")" + crypto::to_base64(xml) + "\"}}"));
    REQUIRE(items.has_value());
    std::string out;
    for (const InboundItem& item : *items)
        out += (out.empty() ? "" : " ") + item.dossier_code + "=" + item.payload.text_of("amount");
    return out;
}
std::string list(const std::string& amount) {
    return "<LIST><ITEM><SO_TIEN>" + amount + "</SO_TIEN></ITEM></LIST>";
}
std::string code(const std::string& text) {
    return "<MA_HSO>" + text + "</MA_HSO>";
}

TEST_CASE("NP-50 F-61 tax: a notice belongs to the dossier of its own row, whatever the order") {
    CHECK(
        notices(
            "<ROW>" + list("1000") + code("A") + "</ROW><ROW>" + list("2000") + code("B") + "</ROW>"
        ) == "A=1000 B=2000"
    );
    CHECK(
        notices("<ROW>" + code("A") + list("1000") + "</ROW><ROW>" + list("2000") + "</ROW>") ==
        "A=1000 =2000"
    );
    CHECK(notices(list("1000") + code("\n A ") + list("2000")) == "A=1000 A=2000");
    // Several dossiers in one element: each is followed by its notices.
    CHECK(
        notices(code("A") + list("1000") + code("B") + list("2000") + list("3000")) ==
        "A=1000 B=2000 B=3000"
    );
    CHECK(
        notices(code("A") + "<ROW>" + list("1000") + code("B") + "</ROW>" + list("2000")) ==
        "B=1000 A=2000"
    );
}

core::Result<Understood> said(const std::string& data) {
    return understand(
        Options(),
        test::real_library(),
        Inbound::dossier,
        json(R"({"service":"nhanhsdvcqg","data":)" + data + "}"),
        *core::parse_iso_day("2026-03-02")
    );
}

TEST_CASE("NP-43 inbound: every dossier of a call is an item of its own") {
    const auto two =
        said(R"([{"MaHoSo":"G22-1","MaTTHC":"1.001193"},{"MaHoSo":"G22-2","MaTTHC":"1.000656"}])");
    REQUIRE(two.has_value());
    REQUIRE(two->items.size() == 2);
    CHECK(two->code == "G22-1");
    CHECK(two->items[1].partner_ref == "G22-2");
    CHECK(two->items[1].payload.at("/procedure/code")->as_text() == "1.000656");
    // One that nobody can read: the whole call is kept and refused, nothing is half taken.
    CHECK_FALSE(said(R"([{"MaHoSo":"G22-1","MaTTHC":"1.001193"},{"MaTTHC":"1.1"}])").has_value());
    CHECK_FALSE(said(R"([{"MaHoSo":"G22-1","MaTTHC":"1.001193"},"x"])").has_value());
    CHECK_FALSE(said("[]").has_value());
    const Document by_shape = json(R"({"data":[{"MaHoSo":"G22-1","MaTTHC":"1.001193"}]})");
    CHECK(inbound_service("", by_shape) == Inbound::dossier);
}

TEST_CASE("P1 inbound: a withdrawn paper stays withdrawn, however that is written") {
    for (const char* yes : {R"("True")", R"("true")", R"(" TRUE ")", "true", R"("1")", "1"}) {
        CAPTURE(yes);
        const auto one = said(
            R"({"MaHoSo":"G22-1","MaTTHC":"1.001193","TaiLieuNop":[{"TenTepDinhKem":"a.pdf","IsDeleted":)" +
            std::string(yes) +
            R"(},{"TenTepDinhKem":"b.pdf","IsDeleted":"False","Base64":"JVBERi0x"}]})"
        );
        REQUIRE_MESSAGE(one.has_value(), one.error().what);
        REQUIRE(one->items.size() == 1);
        const InboundItem& item = one->items[0];
        REQUIRE(item.files.size() == 1);
        CHECK(item.files[0].name == "b.pdf");
        CHECK(item.files[0].pointer == "1");
        const Document* deleted = item.payload.at("/documents/0/deleted");
        REQUIRE(deleted != nullptr);
        CHECK(deleted->as_boolean());
        const Document* kept = item.payload.at("/documents/1/deleted");
        CHECK((kept == nullptr || !kept->as_boolean()));
    }
}

}  // namespace
}  // namespace gw::national_portal
