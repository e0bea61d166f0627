// Both dialects: adapter and plain paths with log-in sessions, the provincial platform with tokens
// and wrapped answers.
#include "simulators/kit/text.hpp"
#include "simulators/national_portal/test_caller.hpp"

#include <doctest/doctest.h>

namespace sim::national_portal {
namespace {

const std::string forward = "/XrdAdapter/RestService/forward";
const std::string dstcode = "VN:GOV:000.00.00.G22:vpcpdvcprovider";

std::string log_in_body() {
    return R"({"username":"mau-user","password":"mau-password"})";
}

TEST_CASE("log-in: session in the reply, a wrong password is refused, the other reply form") {
    Caller c;
    CHECK(c.session.starts_with("SIM-SESSION-"));
    auto no = hear(c.raw("POST", "/mapi/login", R"({"username":"mau-user","password":"x"})"));
    CHECK(no.code == "-1");
    CHECK(no.answer.body.find("session") == std::string::npos);
    Options o;
    o.login_in_result = true;
    Caller other(o);
    CHECK(other.login().result == "{}");
    CHECK_FALSE(other.session.empty());
}

TEST_CASE("session: unknown, expired after its time, ended by a newer one when alone") {
    Caller c;
    auto first = c.session;
    c.session = "SIM-SESSION-x";
    CHECK(c.look_up("x").message.find("Phiên làm việc") != std::string::npos);
    c.session = first;
    c.login();
    std::swap(c.session, first);
    CHECK(c.look_up("x").code == "0");
    c.fault(R"({"switch":"national_portal.single_session"})");
    c.login();
    std::swap(c.session, first);  // the one before
    CHECK(c.look_up("x").code == "-1");
    c.login();
    c.now += std::chrono::seconds(599);
    CHECK(c.look_up("x").code == "0");
    c.now += std::chrono::seconds(1);
    CHECK(c.look_up("x").code == "-1");
}

TEST_CASE("adapter: both names of it, with application prefixes, routing code in header or query") {
    Caller c;
    for (const std::string& path :
         {forward + "/mapi/login",
          std::string("/VXPAdapter/RestService/forward/mapi/login"),
          forward + "/app/tcdbdvcdata/mapi/login"}) {
        CAPTURE(path);
        CHECK(hear(c.raw("POST", path, log_in_body(), {{"dstcode", dstcode}})).code == "0");
        CHECK(
            hear(c.raw(
                     "POST",
                     path,
                     log_in_body(),
                     {},
                     "dstcode=" + dstcode + "&providerurl=https%3A%2F%2Fportal.test"
                 ))
                .code == "0"
        );
        CHECK(
            hear(c.raw(
                     "POST",
                     path,
                     log_in_body(),
                     {},
                     "dstcode=VN%3AGOV%3A000.00.00.G22%3Avpcpdvcprovider"
                 ))
                .code == "0"
        );
        auto none = c.raw("POST", path, log_in_body());
        CHECK(none.status == 404);
        CHECK(none.body.starts_with("<html>"));
        CHECK(
            c.raw("POST", path, log_in_body(), {{"dstcode", "VN:GOV:other"}}, "dstcode=" + dstcode)
                .status == 404
        );
    }
    CHECK(c.raw("POST", forward + "/mapi/x", "{}", {{"dstcode", dstcode}}).status == 404);
    CHECK(c.raw("GET", forward + "/mapi/g", "", {{"dstcode", dstcode}}).status == 405);
    auto body =
        R"({"session":")" + c.session +
        R"(","madonvi":"000.00.00.H37","service":"DongBoHoSoMC","isUpdating":"False","data":[)" +
        an_item() + "]}";
    CHECK(hear(c.raw("POST", forward + "/mapi/g", body, {{"dstcode", dstcode}})).code == "0");
    CHECK(c.held().creates == 1);
}

TEST_CASE("F-22 adapter: the routing code wanted in one place only") {
    Caller c;
    auto with = [&c](bool header, bool query) {
        std::vector<std::pair<std::string, std::string>> headers;
        if (header) headers.emplace_back("dstcode", dstcode);
        return c
            .raw(
                "POST",
                forward + "/mapi/login",
                log_in_body(),
                headers,
                query ? "dstcode=" + dstcode : ""
            )
            .status;
    };
    for (const char* where : {"header", "query", "both", "none"}) {
        c.fault(
            std::string(R"({"switch":"national_portal.require_dstcode","params":{"where":")") +
            where + "\"}}"
        );
        std::string w = where;
        CAPTURE(w);
        CHECK((with(true, false) == 200) == (w == "header" || w == "none"));
        CHECK((with(false, true) == 200) == (w == "query" || w == "none"));
        CHECK(with(true, true) == 200);
        c.portal.faults().clear();
    }
}

TEST_CASE("frame: body that is no JSON, wrong agency, too large") {
    Caller c;
    CHECK(hear(c.raw("POST", "/mapi/g", "{")).message.find("JSON") != std::string::npos);
    CHECK(hear(c.raw("POST", "/mapi/g", "[1]")).message.find("JSON") != std::string::npos);
    auto foreign =
        R"({"session":")" + c.session + R"(","madonvi":"000.00.00.H99","service":"LayDVC"})";
    CHECK(hear(c.raw("POST", "/mapi/g", foreign)).message.find("Mã đơn vị") != std::string::npos);
    CHECK(c.raw("POST", "/mapi/g", std::string((5 << 20) + 1, ' ')).status == 413);
    CHECK(c.raw("GET", "/mapi/g").status == 405);
    CHECK(c.raw("GET", "/nowhere").status == 404);
}

struct Unwrapped {
    std::string outer, layers;
    Heard inner;
};
Unwrapped unwrap(const kit::Answer& a) {
    Unwrapped u;
    kit::JsonDocument doc;
    if (!kit::parse_json(doc, a.body) || !doc.IsObject()) return u;
    u.outer = kit::text_at(doc, "error_code");
    const auto* message = kit::member(doc, "message");
    std::string text =
        message && message->IsObject() ? kit::json_text(*message) : kit::text_at(doc, "message");
    u.layers = message && message->IsObject() ? "object" : "text";
    kit::JsonDocument in;
    if (kit::parse_json(in, text) && in.IsString()) {
        text = kit::text_of(&in);
        u.layers = "text text";
    }
    kit::Answer inner;
    inner.body = text;
    u.inner = hear(inner);
    return u;
}

TEST_CASE("lgsp: token by client credentials, refused otherwise") {
    Caller c;
    auto a = c.get_token();
    CHECK(a.body.find(R"("token_type":"Bearer","expires_in":3600)") != std::string::npos);
    CHECK(
        c.raw(
             "POST",
             "/lgsp/token",
             "grant_type=client_credentials",
             {{"Authorization", "Basic " + kit::base64("a:b")}}
        ).status == 401
    );
    auto basic = "Basic " + kit::base64("mau-client:mau-secret");
    CHECK(
        c.raw("POST", "/lgsp/token", "grant_type=password", {{"Authorization", basic}}).status ==
        400
    );
    CHECK(c.raw("GET", "/lgsp/token").status == 405);
    auto good = c.token;
    c.token = "x";
    CHECK(c.platform("GET", "/lgsp/KetNoiMotCuaQuocGia/LayDanhSachTTHC").status == 401);
    c.token = good;
    CHECK(c.platform("GET", "/lgsp/KetNoiMotCuaQuocGia/LayDanhSachTTHC").status == 200);
    c.now += std::chrono::hours(1);
    CHECK(c.platform("GET", "/lgsp/KetNoiMotCuaQuocGia/LayDanhSachTTHC").status == 401);
}

TEST_CASE("lgsp: the header lgspaccesstoken is demanded when so set") {
    Options o;
    o.lgsp_access_token_required = true;
    Caller c(o);
    auto basic = "Basic " + kit::base64("mau-client:mau-secret");
    auto key = kit::base64(
        R"({"AccessKey":"SYNTHACCESSKEY","SecretKey":"SYNTHSECRETKEY","AppName":"LIENTHONG","PartnerCode":"H56.14","PartnerCodeCus":"H56.14"})"
    );
    CHECK(
        c.raw(
             "POST", "/token", "grant_type=client_credentials", {{"Authorization", basic}}
        ).status == 401
    );
    CHECK(
        c.raw(
             "POST",
             "/token",
             "grant_type=client_credentials",
             {{"Authorization", basic}, {"lgspaccesstoken", "e30="}}
        ).status == 401
    );
    CHECK(
        c.raw(
             "POST",
             "/token",
             "grant_type=client_credentials",
             {{"Authorization", basic}, {"lgspaccesstoken", key}}
        ).status == 200
    );
}

TEST_CASE("lgsp: create, update and progress at their addresses, answers wrapped as text in JSON") {
    Caller c;
    c.get_token();
    const auto& o = c.portal.options();
    auto made = unwrap(c.platform("POST", o.lgsp_create, "[" + an_item() + "]"));
    CHECK(made.outer == "0");
    CHECK(made.layers == "text");
    CHECK(made.inner.code == "0");
    CHECK(unwrap(c.platform("POST", o.lgsp_create, "[" + an_item() + "]")).inner.code == "3");
    CHECK(
        unwrap(c.platform("POST", o.lgsp_update, "[" + an_item({{"TrangThaiHoSo", "4"}}) + "]"))
            .inner.code == "0"
    );
    CHECK(unwrap(c.platform("POST", o.lgsp_progress, "[" + a_line() + "]")).inner.code == "0");
    CHECK(
        unwrap(c.platform("POST", o.lgsp_create, an_item())).inner.message.find("JSON") !=
        std::string::npos
    );
    CHECK(c.held().statuses == std::vector<int>{2, 4});
    CHECK(c.held().progress.size() == 1);
}

TEST_CASE("lgsp: the variant SynsTTHCC with the agency and the flag in the query") {
    Caller c;
    c.get_token();
    auto call = [&c](const char* query) {
        return unwrap(
                   c.platform("POST", "/lgsp/SynsTTHCC/DongBoHoSoMC", "[" + an_item() + "]", query)
        )
            .inner;
    };
    CHECK(
        call("MaDinhDanhDV=000.00.00.H99&isUpdating=False").message.find("Mã đơn vị") !=
        std::string::npos
    );
    CHECK(call("MaDinhDanhDV=000.00.00.H37").message.find("isUpdating") != std::string::npos);
    CHECK(call("MaDinhDanhDV=000.00.00.H37&isUpdating=False").code == "0");
    CHECK(call("MaDinhDanhDV=000.00.00.H37&isUpdating=True").code == "0");
    CHECK(c.held().repeats == 1);
}

TEST_CASE("lgsp: reading services by GET, promotion status and files by POST") {
    Caller c;
    c.get_token();
    auto get = [&c](const char* service, const char* query = "") {
        return unwrap(
                   c.platform("GET", std::string("/lgsp/KetNoiMotCuaQuocGia/") + service, "", query)
        )
            .inner;
    };
    CHECK(get("LayThuTuc", "maTTHC=1.002835").result.find("Giấy phép lái xe") != std::string::npos);
    CHECK(get("LayQDCB", "idQDCB=800001").result.find("001/QĐ-MAU") != std::string::npos);
    CHECK(get("LayDanhMucLinhVuc").result.find("LV-MAU-01") != std::string::npos);
    CHECK(
        get("TraCuuTechID", "mstorcmnd=020190000001").result.find("tech-id-mau-0001") !=
        std::string::npos
    );
    CHECK(get("TraCuuHoSo", "mahoso=H37.14-260302-0001").result == "[]");
    CHECK(c.platform("GET", "/lgsp/KetNoiMotCuaQuocGia/DongBoHoSoMC").status == 405);
    c.portal.send(R"({"kind":"promotion","dossier":"G22.99.02-260302-0007"})", c.now);
    auto data = a_status({{"MaHoSo", "G22.99.02-260302-0007"}, {"TrangThai", "11"}});
    CHECK(
        unwrap(c.platform("POST", "/lgsp/KetNoiMotCuaQuocGia/DongBoTrangThaiHoSoKM", data))
            .inner.code == "0"
    );
    CHECK(c.held("G22.99.02-260302-0007").status_messages.at(0).status == 11);
    c.portal.send(R"({"kind":"promotion_supplement","dossier":"G22.99.02-260302-0007"})", c.now);
    auto files = c.raw("GET", "/sim/state/files").body;
    auto id = files.substr(files.find("\"id\":\"") + 6, 40);
    auto file = c.platform(
        "POST",
        "/lgsp/KetNoiMotCuaQuocGia/getfile",
        R"({"DuongDan":"http://127.0.0.1/files/)" + id + "\"}"
    );
    auto h = hear(file);
    CHECK(h.code == "0");
    CHECK(kit::from_base64(h.message).value_or("").starts_with("%PDF-"));
}

TEST_CASE("F-5 lgsp: twice encoded, message as object, nested, direct") {
    Options o;
    Caller c(o);
    c.get_token();
    auto ask = [&c] {
        return c.platform("GET", "/lgsp/KetNoiMotCuaQuocGia/TraCuuHoSo", "", "mahoso=x");
    };
    c.fault(R"({"switch":"lgsp.double_encoded"})");
    CHECK(unwrap(ask()).layers == "text text");
    CHECK(unwrap(ask()).inner.code == "0");
    c.portal.faults().clear();
    c.fault(R"({"switch":"lgsp.message_object"})");
    CHECK(unwrap(ask()).layers == "object");
    o.lgsp_wrapping = Wrapping::nested;
    Caller nested(o);
    nested.get_token();
    CHECK(
        nested.platform("GET", "/lgsp/KetNoiMotCuaQuocGia/TraCuuHoSo", "", "mahoso=x")
            .body.find(R"("response":{"error_code":"0","message":"","data":[]})") !=
        std::string::npos
    );
    o.lgsp_wrapping = Wrapping::direct;
    Caller direct(o);
    direct.get_token();
    CHECK(
        hear(direct.platform("GET", "/lgsp/KetNoiMotCuaQuocGia/TraCuuHoSo", "", "mahoso=x"))
            .result == "[]"
    );
}

TEST_CASE("F-10 lgsp: a token that is good by its clock is revoked; the next one works") {
    Caller c;
    c.get_token();
    c.fault(R"({"switch":"lgsp.token_revoked","count":1})");
    CHECK(c.platform("GET", "/lgsp/KetNoiMotCuaQuocGia/LayDVC").status == 401);
    CHECK(c.platform("GET", "/lgsp/KetNoiMotCuaQuocGia/LayDVC").status == 401);
    c.get_token();
    CHECK(c.platform("GET", "/lgsp/KetNoiMotCuaQuocGia/LayDVC").status == 200);
}

}  // namespace
}  // namespace sim::national_portal
