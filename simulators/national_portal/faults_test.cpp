// Every fault switch of the portal, one by one, and that a seed repeats itself.
#include "simulators/kit/text.hpp"
#include "simulators/national_portal/test_caller.hpp"

#include <doctest/doctest.h>

#include <set>

namespace sim::national_portal {
namespace {

constexpr const char* code = "H37.14-260302-0001";
using kit::Fate;

TEST_CASE("F-1 code_types: text, padded, number") {
    Caller c;
    std::set<std::string> seen;
    c.fault(R"({"switch":"national_portal.code_types"})");
    for (int i = 0; i < 40; ++i) {
        auto body = c.look_up("x").answer.body;
        seen.insert(body.substr(0, body.find(',')));
    }
    CHECK(
        seen ==
        std::set<std::string>{R"({"error_code":"0")", R"({"error_code":"00")", R"({"error_code":0)"}
    );
    c.portal.faults().clear();
    c.fault(R"({"switch":"code_types","params":{"form":"number"}})");
    CHECK(c.update(an_item()).answer.body.starts_with(R"({"error_code":-1,)"));
}

TEST_CASE("F-2 code_text_mismatch: success with 3 or -3, failure with 0; the text is true") {
    Caller c;
    c.fault(R"({"switch":"national_portal.code_text_mismatch"})");
    auto good = c.create(an_item());
    CHECK((good.code == "3" || good.code == "-3"));
    CHECK(good.message.find("thành công") != std::string::npos);
    CHECK(c.held().creates == 1);
    auto bad = c.create(an_item({{"MaHoSo", "H37.14-260302-0002"}, {"MaTTHC", "1.999999"}}));
    CHECK(bad.code == "0");
    CHECK(bad.message.find("không thành công") != std::string::npos);
}

TEST_CASE("F-3 F-4 F-12 F-15 F-17: answers instead of the service, which does not run") {
    struct Row {
        const char* name;
        int status;
        Fate fate;
        const char* begins;
    };
    const std::vector<Row> table{
        {"*.html_200", 200, Fate::answer, "<!DOCTYPE html>"},
        {"*.empty_200", 200, Fate::answer, ""},
        {"national_portal.bad_gateway", 502, Fate::answer, "<!DOCTYPE html>"},
        {"*.hang", 200, Fate::hang, ""},
        {"*.reset", 200, Fate::reset, ""},
        {"*.close", 200, Fate::close_before_status, ""},
        {"*.redirect", 302, Fate::answer, ""},
        {"xroad.redirect", 302, Fate::answer, ""},
        {"*.down", 503, Fate::answer, "Service"},
        {"*.fail_n", 503, Fate::answer, "Service"},
        {"xroad.error", 500, Fate::answer, R"({"type":"Server.ServerProxy.ServiceFailed")"}};
    for (const auto& row : table) {
        CAPTURE(row.name);
        Caller c;
        c.fault(std::string(R"({"switch":")") + row.name + "\"}");
        auto a = c.create(an_item()).answer;
        CHECK(a.status == row.status);
        CHECK(a.fate == row.fate);
        CHECK(a.body.starts_with(row.begins));
        CHECK(c.portal.dossiers().empty());
        CHECK_FALSE(c.portal.journal().held().back().fault.empty());
        CHECK(c.portal.journal().held().back().effect == "none");
        c.portal.faults().clear();
        CHECK(c.create(an_item()).code == "0");
    }
}

TEST_CASE("F-3 html_200 and others with processed=true: the service runs all the same") {
    Caller c;
    c.fault(R"({"switch":"*.html_200","params":{"processed":"true"}})");
    CHECK(c.create(an_item()).answer.body.starts_with("<!DOCTYPE html>"));
    CHECK(c.held().creates == 1);
    CHECK(c.portal.journal().held().back().effect == "create");
}

TEST_CASE("F-7 F-31 F-32 F-25: SOAP fault as text, always, the first n, once") {
    Caller c;
    c.fault(R"({"switch":"*.soap_fault_text","count":1})");
    CHECK(c.create(an_item()).message.find("SOAP Fault") != std::string::npos);
    c.portal.faults().clear();
    c.fault(R"({"switch":"*.always_fail","match":{"dossier":"H37.14-260302-0001"}})");
    for (int i = 0; i < 3; ++i)
        CHECK(c.create(an_item()).message.find("quá tải") != std::string::npos);
    CHECK(c.create(an_item({{"MaHoSo", "H37.14-260302-0002"}})).code == "0");
    c.portal.faults().clear();
    c.fault(R"({"switch":"*.fail_n","params":{"n":"2"}})");
    CHECK(c.create(an_item()).answer.status == 503);
    CHECK(c.create(an_item()).answer.status == 503);
    CHECK(c.create(an_item()).code == "0");
    c.portal.faults().clear();
    c.fault(R"({"switch":"national_portal.reject_once"})");
    CHECK(
        c.update(an_item({{"TrangThaiHoSo", "4"}})).message.find("không thành công") !=
        std::string::npos
    );
    CHECK(c.update(an_item({{"TrangThaiHoSo", "4"}})).code == "0");
    CHECK(c.look_up(code).code == "0");
}

TEST_CASE("F-8 F-23 xroad.error: header of the transport, or none for the provider's own error") {
    Caller c;
    c.fault(R"({"switch":"xroad.error","count":1,"params":{"type":"Client.BadRequest"}})");
    auto a = c.look_up(code).answer;
    CHECK(a.status == 400);
    CHECK(a.headers.back().first == "X-Road-Error");
    c.portal.faults().clear();
    c.fault(R"({"switch":"xroad.error","params":{"type":"none","processed":"true"}})");
    a = c.create(an_item()).answer;
    CHECK(a.status == 500);
    CHECK(a.headers.size() == 1);
    CHECK(c.held().creates == 1);
}

TEST_CASE("F-9 session_expire_after: in the middle of a batch, or after so many calls") {
    Caller c;
    c.fault(R"({"switch":"national_portal.session_expire_after","after":2,"count":1})");
    CHECK(c.look_up(code).code == "0");
    CHECK(c.look_up(code).code == "0");
    CHECK(c.look_up(code).message.find("Phiên làm việc") != std::string::npos);
    CHECK(c.look_up(code).code == "-1");
    c.login();
    CHECK(c.look_up(code).code == "0");
    c.portal.faults().clear();
    c.fault(R"({"switch":"session_expire_after","params":{"calls":"1"}})");
    c.login();
    CHECK(c.look_up(code).code == "0");
    CHECK(c.look_up(code).code == "-1");
}

TEST_CASE("F-12 slow: 6 to 30 seconds, or what is set") {
    Caller c;
    c.fault(R"({"switch":"*.slow"})");
    std::set<std::int64_t> seen;
    for (int i = 0; i < 20; ++i) {
        auto delay = c.look_up(code).answer.delay;
        CHECK(delay >= std::chrono::seconds(6));
        CHECK(delay <= std::chrono::seconds(30));
        seen.insert(delay.count());
    }
    CHECK(seen.size() > 10);
    c.portal.faults().clear();
    c.fault(R"({"switch":"*.slow","params":{"ms":"250"}})");
    CHECK(c.look_up(code).answer.delay == core::Duration(250));
}

TEST_CASE("F-13 throttle_silent: only slower above so many calls a second, recovers by itself") {
    Caller c;
    c.fault(R"({"switch":"*.throttle_silent","params":{"per_second":"3","step_ms":"100"}})");
    for (int i = 0; i < 3; ++i) CHECK(c.look_up(code).answer.delay.count() == 0);
    CHECK(c.look_up(code).answer.delay == core::Duration(100));
    CHECK(c.look_up(code).answer.delay == core::Duration(200));
    c.now += std::chrono::seconds(1);
    CHECK(c.look_up(code).answer.delay.count() == 0);
}

TEST_CASE("F-14 cut_after_processing: the effect happens, the answer does not come") {
    for (auto [mode, fate] :
         {std::pair("reset", Fate::reset),
          {"close", Fate::close_before_status},
          {"eof", Fate::eof_before_length},
          {"hang", Fate::hang}}) {
        CAPTURE(mode);
        Caller c;
        c.fault(
            std::string(R"({"switch":"*.cut_after_processing","count":1,"params":{"mode":")") +
            mode + "\"}}"
        );
        CHECK(c.create(an_item()).answer.fate == fate);
        CHECK(c.held().creates == 1);
        CHECK(c.create(an_item()).message.find("đã tồn tại") != std::string::npos);
        CHECK(c.look_up(code).result != "[]");
    }
}

TEST_CASE("F-16 down: only inside its window") {
    Caller c;
    c.fault(
        R"({"switch":"*.down","params":{"from":"2026-03-02T09:10:00+07:00","to":"2026-03-02T09:20:00+07:00","mode":"reset"}})"
    );
    CHECK(c.look_up(code).code == "0");
    c.now += std::chrono::minutes(10);
    CHECK(c.look_up(code).answer.fate == Fate::reset);
    CHECK(c.login().answer.fate == Fate::reset);
    c.now += std::chrono::minutes(10);
    c.login();
    CHECK(c.look_up(code).code == "0");
}

TEST_CASE("F-18 result_shape: what was asked for never vanishes, empty lists may") {
    Caller c;
    c.create(an_item());
    for (auto [shape, begins] :
         {std::pair("object", R"({"data":[{)"),
          {"text", R"("[{\"MaHoSo)"},
          {"array", "[{"},
          {"null", "[{"},
          {"missing", "[{"}}) {
        CAPTURE(shape);
        c.portal.faults().clear();
        c.fault(
            std::string(R"({"switch":"national_portal.result_shape","params":{"shape":")") + shape +
            "\"}}"
        );
        CHECK(c.look_up(code).result.starts_with(begins));
        auto empty = c.look_up("x").result;
        if (std::string(shape) == "null") CHECK(empty == "null");
        if (std::string(shape) == "missing") CHECK(empty.empty());
    }
}

TEST_CASE(
    "F-19 F-20 tls_* and clock_skew: names a certificate, shifts the time stamps of our own calls"
) {
    Caller c;
    CHECK(c.portal.certificate_name(c.now).empty());
    c.fault(R"({"switch":"*.tls_expired","count":1})");
    CHECK(c.portal.certificate_name(c.now) == "tls_expired");
    CHECK(c.portal.certificate_name(c.now).empty());
    c.fault(R"({"switch":"*.clock_skew","params":{"s":"600"}})");
    c.portal.send(R"({"kind":"dossier"})", c.now);
    auto calls = c.portal.due(c.now);
    auto stamp = std::to_string(core::to_ms(c.now) / 1'000 + 600);
    CHECK(calls.at(0).headers.at(1).second == stamp);
}

TEST_CASE("F-24 truncated, bom, bad_utf8: spoiled bytes after the effect") {
    Caller c;
    c.fault(R"({"switch":"*.truncated","count":1})");
    CHECK(c.create(an_item()).answer.fate == Fate::eof_before_length);
    CHECK(c.held().creates == 1);
    c.portal.faults().clear();
    c.fault(R"({"switch":"*.truncated","params":{"mode":"short"}})");
    auto cut = c.look_up(code).answer;
    CHECK(cut.fate == Fate::answer);
    CHECK_FALSE(hear(cut).json);
    c.portal.faults().clear();
    c.fault(R"({"switch":"*.bom"})");
    auto marked = c.look_up(code).answer.body;
    CHECK(marked.starts_with("\xef\xbb\xbf{"));
    c.portal.faults().clear();
    c.fault(R"({"switch":"*.bad_utf8"})");
    CHECK_FALSE(kit::is_utf8(c.update(an_item({{"GhiChu", "x"}})).answer.body));
    CHECK_FALSE(kit::is_utf8(c.look_up("x").answer.body));
}

TEST_CASE("F-45 already_exists_on_first_send: created, and the reply says it exists") {
    Caller c;
    c.fault(R"({"switch":"national_portal.already_exists_on_first_send","count":1})");
    CHECK(c.create(an_item()).message.find("đã tồn tại") != std::string::npos);
    CHECK(c.held().creates == 1);
    CHECK(c.update(an_item()).code == "0");
    CHECK(c.held().repeats == 1);
    CHECK(c.create(an_item({{"MaHoSo", "H37.14-260302-0002"}})).code == "0");
}

TEST_CASE("F-46 already_text_variant: several texts and codes") {
    Caller c;
    c.create(an_item());
    c.fault(R"({"switch":"national_portal.already_text_variant"})");
    std::set<std::string> texts, codes;
    for (int i = 0; i < 60; ++i) {
        auto h = c.create(an_item());
        texts.insert(h.message);
        codes.insert(h.code);
    }
    CHECK(texts.size() == 5);
    CHECK(codes == std::set<std::string>{"3", "-3", "0"});
    c.portal.faults().clear();
    c.fault(R"({"switch":"already_text_variant","params":{"variant":"3","code":"-3"}})");
    CHECK(c.create(an_item()).message == "MÃ HỒ SƠ  ĐÃ  TỒN TẠI.");
    CHECK(c.create(an_item()).code == "-3");
}

TEST_CASE("F-54 F-55 F-56 refuse_*: the checks can be switched off") {
    Caller c;
    c.fault(R"({"switch":"national_portal.refuse_foreign_prefix","params":{"on":"false"}})");
    c.fault(R"({"switch":"national_portal.refuse_unknown_procedure","params":{"on":"false"}})");
    c.fault(R"({"switch":"national_portal.refuse_format","params":{"on":"false"}})");
    CHECK(
        c.create(an_item({{"MaHoSo", "H99-1"}, {"MaTTHC", "1.999999"}, {"NgayHenTra", "mai"}})
        ).code == "0"
    );
}

TEST_CASE("F-63 refuse_without_reason: a refusal without text") {
    Caller c;
    c.fault(R"({"switch":"national_portal.refuse_without_reason"})");
    auto h = c.create(an_item({{"MaTTHC", "1.999999"}}));
    CHECK(h.code == "-1");
    CHECK(h.message.empty());
}

TEST_CASE("F-65 forget: gone from the register, kept for the checker; a new create is an effect") {
    Caller c;
    c.create(an_item());
    c.fault(R"({"switch":"national_portal.forget","count":1,"match":{"service":"TraCuuHoSo"}})");
    CHECK(c.look_up(code).result == "[]");
    CHECK(c.portal.forgotten().at(code).creates == 1);
    CHECK(c.create(an_item()).code == "0");
}

TEST_CASE("F-66 stale_status: an older status is shown, or is held again") {
    Caller c;
    c.create(an_item());
    c.update(an_item({{"TrangThaiHoSo", "4"}}));
    c.fault(R"({"switch":"national_portal.stale_status","count":1})");
    CHECK(c.look_up(code).result.find(R"("TrangThaiHoSo":"2")") != std::string::npos);
    CHECK(c.look_up(code).result.find(R"("TrangThaiHoSo":"4")") != std::string::npos);
    c.portal.faults().clear();
    c.fault(R"({"switch":"national_portal.stale_status","count":1,"params":{"mode":"stored"}})");
    CHECK(c.look_up(code).result.find(R"("TrangThaiHoSo":"2")") != std::string::npos);
    CHECK(c.held().statuses == std::vector<int>{2});
    CHECK(c.update(an_item({{"TrangThaiHoSo", "4"}})).code == "0");
    CHECK(c.held().statuses == std::vector<int>{2, 4});
}

TEST_CASE("F-72 lookup_unreadable, lookup_always_yes") {
    Caller c;
    c.fault(R"({"switch":"national_portal.lookup_always_yes"})");
    CHECK(c.look_up(code).result == R"([{"KETQUA":"1"}])");
    c.fault(R"({"switch":"national_portal.lookup_unreadable"})");
    auto result = c.look_up(code).result;
    CHECK(result.find("MaHoSo") == std::string::npos);
    CHECK(result.size() > 4);
}

TEST_CASE("lgsp.proxy_error: repeats the request and says 500") {
    Caller c;
    c.get_token();
    c.fault(R"({"switch":"lgsp.proxy_error"})");
    auto a = c.platform("POST", c.portal.options().lgsp_create, "[" + an_item() + "]");
    CHECK(a.status == 500);
    CHECK(a.body.find("inputSend") != std::string::npos);
    CHECK(c.portal.dossiers().empty());
}

std::string played(std::uint64_t seed) {
    Options o;
    o.text_variant = -1;
    Caller c(o, seed);
    for (const char* name :
         {"code_types",
          "html_200",
          "cut_after_processing",
          "result_shape",
          "slow",
          "already_text_variant",
          "session_expire_after",
          "bad_utf8"})
        c.fault(std::string(R"({"switch":"*.)") + name + R"(","probability":0.3})");
    std::string all;
    for (int i = 0; i < 60; ++i) {
        auto item = an_item({{"MaHoSo", "H37.14-260302-" + std::to_string(1000 + i % 20)}});
        for (const auto& h :
             {c.create(item),
              c.look_up("H37.14-260302-1001"),
              c.progress(a_line({{"MaHoSo", "H37.14-260302-1001"}}))})
            all += std::to_string(int(h.answer.fate)) + " " +
                   std::to_string(h.answer.delay.count()) + " " + h.answer.body + "\n";
        c.now += std::chrono::seconds(3);
        if (i % 7 == 0) c.login();
    }
    return all + c.raw("GET", "/sim/state/dossiers/H37.14-260302-1001").body;
}

TEST_CASE(
    "determinism: the same seed gives the same answers, another seed others; reset begins again"
) {
    CHECK(played(5) == played(5));
    CHECK(played(5) != played(6));
    Caller c;
    c.create(an_item());
    auto first = c.session;
    CHECK(c.raw("POST", "/sim/reset", R"({"seed":1})").status == 200);
    CHECK(c.portal.dossiers().empty());
    c.login();
    CHECK(c.session == first);
}

}  // namespace
}  // namespace sim::national_portal
