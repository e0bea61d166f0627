// Orders, cancels, prices, documents, tokens: what the post takes, refuses, and counts.
#include "simulators/vnpost/s10.hpp"
#include "simulators/vnpost/test_customer.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace sim::vnpost {
namespace {

using std::chrono::hours;

kit::JsonDocument vectors(const std::string& name) {
    std::ifstream in("tests/vectors/" + name);
    std::stringstream text;
    text << in.rdbuf();
    kit::JsonDocument doc;
    REQUIRE(kit::parse_json(doc, text.str()));
    return doc;
}

TEST_CASE("PO-16 s10: every vector of the published table") {
    auto doc = vectors("s10.json");
    int checked = 0;
    for (const auto& v : doc["vectors"].GetArray()) {
        const auto* input = kit::member(v, "input");
        auto serial = kit::text_at(*input, "serial"), id = kit::text_at(*input, "identifier");
        CAPTURE(kit::text_at(v, "id"));
        if (!serial.empty()) CHECK(s10_digit(serial) == std::stoi(kit::text_at(v, "expected")));
        if (const auto* shaped = kit::member(v, "s10_shaped"))
            CHECK(s10_shaped(id) == shaped->GetBool());
        if (const auto* valid = kit::member(v, "expected_valid"); valid && valid->IsBool())
            CHECK(s10_valid(id) == (valid->GetBool() && s10_shaped(id)));
        ++checked;
    }
    CHECK(checked > 15);
    CHECK(s10_made("EA", 12345678) == "EA123456785VN");
}

TEST_CASE(
    "TR-5 token: the client credentials of the vector, both headers, and no more after its time"
) {
    auto doc = vectors("transport-headers.json");
    Options o;
    o.customers[0] = Customer("SYNTHKEY", "SYNTHSECRET", "KH0000001");
    Customer1 c(o, 1, hours(1));
    std::string basic;
    for (const auto& v : doc["vectors"].GetArray())
        if (kit::text_at(v, "id") == "basic-client-credentials")
            basic = kit::text_at(v, "expected");
    REQUIRE(basic == "Basic U1lOVEhLRVk6U1lOVEhTRUNSRVQ=");
    auto a =
        c.raw("POST", "/bus/token", "grant_type=client_credentials", {{"Authorization", basic}});
    kit::JsonDocument said;
    REQUIRE(kit::parse_json(said, a.body));
    c.token = kit::text_at(said, "access_token");
    CHECK(kit::text_at(said, "expires_in") == "3600");
    CHECK(c.order(an_order()).status == "100");
    auto other = c.raw("POST", "/apiPostOrder", an_order(), {{"access_token", c.token}});
    CHECK(other.status == 200);
    c.wait(hours(1));
    CHECK(c.order(an_order()).answer.status == 401);
    CHECK(c.raw("POST", "/token", "grant_type=password", {{"Authorization", basic}}).status == 400);
    CHECK(c.raw("POST", "/token", "grant_type=client_credentials").status == 401);
    CHECK(c.post.tokens_opened() == 1);
}

TEST_CASE("vnpost token: the header can be prescribed; a new token may end the older one") {
    Options o;
    o.token_header = TokenHeader::access_token;
    o.single_token = true;
    Customer1 c(o);
    c.get_token();
    CHECK(c.order(an_order()).answer.status == 401);
    auto first = c.token;
    CHECK(c.raw("POST", "/vnpost_orderpost", an_order(), {{"access_token", first}}).status == 200);
    c.get_token();
    CHECK(c.raw("POST", "/vnpost_orderpost", an_order(), {{"access_token", first}}).status == 401);
}

TEST_CASE("vnpost order: created once; equal and other content under one number are told apart") {
    Customer1 c;
    auto h = c.order(an_order());
    CHECK(h.status == "100");
    CHECK(c.order(an_order()).status == "101");
    CHECK(c.order(an_order({{"CODAmount", "5000"}})).status == "101");
    const auto& p = c.parcel();
    CHECK(p.creates == 1);
    CHECK(p.repeats == 1);
    CHECK(p.other_content == 1);
    CHECK(p.cod == 0);
    CHECK(p.direction() == "return");
    CHECK(p.dossier() == "H56.14-260105-0007");
    CHECK(s10_valid(p.waybill));
    CHECK(c.post.journal().held().back().effect == "other_content");
}

TEST_CASE("vnpost order: the nested form is the flat one") {
    Customer1 c;
    auto nested = R"({"CustomerCode":"KH0000001","OrderNumber":"A-1","CODAmount":16000,
      "Sender":{"Province":44,"District":4400,"Address":"a","Name":"b","Tel":"0100000009","Desc":"Tên dịch vụ: Thu gom hồ sơ tại nhà"},
      "Receiver":{"Province":10,"District":1001,"Address":"c","Name":"d","Tel":"0100000001"}})";
    CHECK(c.order(nested).status == "100");
    CHECK(c.parcel("A-1").field("ReceiverDistrict") == "1001");
    CHECK(c.parcel("A-1").direction() == "collect");
    CHECK(c.parcel("A-1").cod == 16'000);
}

TEST_CASE("vnpost order: what is missing or of the wrong kind is refused and nothing is created") {
    struct Bad {
        const char* field;
        const char* value;
        const char* status;
    };
    for (const auto& bad :
         {Bad{"ReceiverTel", "", "102"},
          Bad{"SenderName", "\"\"", "102"},
          Bad{"CODAmount", "\"0\"", "102"},
          Bad{"CODAmount", "-1", "102"},
          Bad{"SenderProvince", "\"44\"", "102"},
          Bad{"ReceiverDistrict", "null", "102"},
          Bad{"OrderNumber", "\"\"", "102"},
          Bad{"CustomerCode", "\"KH0000002\"", "106"},
          Bad{"ReceiverProvince", "5", "103"},
          Bad{"ReceiverDistrict", "4600", "103"},
          Bad{"ReceiverDistrict", "0", "103"},
          Bad{"ItemCode", "\"EA123456786VN\"", "105"},
          Bad{"ItemCode", "\"EA12345\"", "105"}}) {
        CAPTURE(bad.field);
        CAPTURE(bad.value);
        Customer1 c;
        CHECK(c.order(an_order({{bad.field, bad.value}})).status == bad.status);
        CHECK(c.post.parcels().empty());
    }
    Customer1 c;
    CHECK(c.order("{").answer.status == 400);
    CHECK(c.order(numbered(std::string(51, 'x'))).status == "102");
}

TEST_CASE("PO-7 F-179 F-217 vnpost areas: with districts, without, and by the carrier's own list") {
    Options o;
    o.placeholder_district = true;
    Customer1 c(o);
    CHECK(c.order(an_order({{"ReceiverDistrict", "0"}})).status == "100");
    Customer1 d;
    d.fault("new_address_only");
    CHECK(d.order(an_order()).status == "103");
    CHECK(d.order(an_order({{"SenderDistrict", "0"}, {"ReceiverDistrict", "0"}})).status == "100");
    Options listed;
    listed.area_list = {{38, {3810, 3820}}};
    Customer1 e(listed);
    CHECK(e.order(an_order()).status == "103");
    CHECK(
        e.order(an_order(
                    {{"SenderProvince", "38"},
                     {"SenderDistrict", "3810"},
                     {"ReceiverProvince", "38"},
                     {"ReceiverDistrict", "3820"}}
                )
        ).status == "100"
    );
}

TEST_CASE("PO-13 PO-16 F-178 vnpost waybill: own endpoint, and no number for two orders") {
    Customer1 c;
    auto with = [](const std::string& number, const char* item) {
        return numbered(number, {{"ItemCode", item}, {"FlagConfig", "2"}});
    };
    auto path = "/vnpost_orderpost_itemcode";
    CHECK(c.call("POST", path, numbered("A")).status == "102");
    CHECK(c.call("POST", path, numbered("A", {{"ItemCode", "\"EA123456785VN\""}})).status == "102");
    CHECK(c.call("POST", path, with("A", "\"EA123456785VN\"")).status == "100");
    CHECK(c.parcel("A").waybill == "EA123456785VN");
    CHECK(c.call("POST", path, with("A", "\"EA123456785VN\"")).status == "101");
    CHECK(c.call("POST", path, with("B", "\"EA123456785VN\"")).status == "104");
    CHECK(c.call("POST", path, with("B", "\"1234567890123\"")).status == "100");
    c.fault("waybill_used", {}, 1);
    CHECK(c.call("POST", path, with("C", "\"RR473124829VN\"")).status == "104");
    CHECK(c.call("POST", path, with("C", "\"RR473124829VN\"")).status == "100");
}

TEST_CASE("PO-23 vnpost cancel: before pick-up, not after; a cancelled parcel makes no event") {
    Customer1 c;
    c.order(an_order());
    auto before = c.feed().events.size();
    CHECK(c.cancel("nobody").status == "108");
    CHECK(c.cancel("H56.14-260105-0007").status == "100");
    CHECK(c.cancel("H56.14-260105-0007").status == "100");
    c.wait(hours(100));
    CHECK(c.feed().events.size() == before);
    CHECK(c.parcel().cancels == 1);
    CHECK(c.parcel().code() == cancelled);
    c.order(numbered("B"));
    c.wait(hours(5));
    CHECK(c.cancel("B").status == "109");
    CHECK(c.parcel("B").refused_cancels == 1);
}

TEST_CASE("PO-23 vnpost cancel: accepted, and yet picked up") {
    Customer1 c;
    c.fault("cancel_but_picked_up");
    c.post.plan("*", "normal", c.now);
    c.order(an_order());
    CHECK(c.cancel("H56.14-260105-0007").status == "100");
    c.wait(hours(48));
    CHECK(c.feed().events.back().code == delivered);
}

TEST_CASE("vnpost price: integer in content; wrong in three ways when told") {
    Customer1 c;
    auto body =
        R"({"weight":100,"mainSrv":"HCC","isreturn":1,"sender":{"provCode":"44","distCode":"4400"},"receiver":{"provCode":44,"distCode":4400}})";
    auto price = [&] { return c.call("POST", "/vnpost_pricehcc", body).answer.body; };
    CHECK(price().find(R"("content":{"price":24500})") != std::string::npos);
    for (auto [form, shown] :
         {std::pair("zero", ":0}"), std::pair("negative", ":-1}"), std::pair("text", "liên hệ")}) {
        c.fault("price_wrong", {{"form", form}}, 1);
        CHECK(price().find(shown) != std::string::npos);
    }
    CHECK(
        c.call("POST", "/vnpost_getprice", R"({"weight":"100","mainSrv":"HCC"})").status == "102"
    );
}

TEST_CASE("PO-1 vnpost document: papers to check, registered once, changed, repeated") {
    Customer1 c;
    auto body = [](const char* state) {
        return std::string(R"({"PostDocument":{"CustomerCode":"KH0000001","OrderNumber":"D-1",)") +
               R"("Procedure":{"Code":"2.000635","Title":"Cấp bản sao","Category":"Hộ tịch","Elements":"Tờ khai\nGiấy tờ tùy thân"},)" +
               R"("IsSendDocument":true,"IsReceiveResult":false,"State":)" + state + "}}";
    };
    auto say = [&](const std::string& b) { return c.call("POST", "/vnpost_document", b).status; };
    CHECK(say(body("1")) == "100");
    CHECK(say(body("1")) == "100");
    CHECK(say(body("2")) == "100");
    CHECK(say(body("7")) == "102");
    const auto& d = c.post.documents().at("D-1");
    CHECK(d.creates == 1);
    CHECK(d.repeats == 1);
    CHECK(d.updates == 1);
    CHECK(d.elements.size() == 2);
    auto info = c.call("GET", "/vnpost_getinfomationpost", "", "OrderNumber=D-1");
    CHECK(info.status == "100");
    CHECK(info.answer.body.find("StatusCode") == std::string::npos);
    CHECK(c.call("GET", "/vnpost_getinfomationpost", "", "OrderNumber=D-2").status == "108");
}

TEST_CASE("TR-6 vnpost bus: the four envelopes") {
    struct Envelope {
        Wrapping wrapping;
        const char* shows;
    };
    for (const auto& e :
         {Envelope{Wrapping::direct, R"({"Status":"100")"},
          Envelope{Wrapping::twice, R"("message":"{\"Status\":\"100\")"},
          Envelope{
              Wrapping::nested, R"("response":{"error_code":"0","message":"","data":{"Status")"},
          Envelope{Wrapping::data, R"("data":{"Status":"100")"}}) {
        Options o;
        o.wrapping = e.wrapping;
        Customer1 c(o);
        CHECK(c.order(an_order()).answer.body.find(e.shows) != std::string::npos);
    }
}

TEST_CASE(
    "F-175 F-176 F-177 vnpost orders: exists at the first send, lost answers, one refusal each"
) {
    Customer1 c;
    c.fault("already", {}, 1);
    CHECK(c.order(numbered("A")).status == "101");
    CHECK(c.parcel("A").creates == 1);
    c.fault("cut_after_processing", {}, 1);
    CHECK(c.order(numbered("B")).answer.fate == kit::Fate::reset);
    CHECK(c.order(numbered("B")).status == "101");
    CHECK(c.parcel("B").creates == 1);
    c.fault("cut_before_processing", {}, 1);
    CHECK(c.order(numbered("C")).answer.fate == kit::Fate::reset);
    CHECK(c.order(numbered("C")).status == "100");
    c.fault("reject_once");
    CHECK(c.order(numbered("D")).status == "102");
    CHECK(c.order(numbered("D")).status == "100");
    c.post.faults().clear();
    c.fault("overload", {}, 1);
    CHECK(c.order(numbered("E")).message.find("quá tải") != std::string::npos);
    c.fault("http_error", {{"status", "404"}}, 1);
    CHECK(c.order(numbered("E")).answer.status == 404);
    CHECK(c.post.parcels().count("E") == 0);
}

TEST_CASE("F-10 F-183 vnpost token: dies at a call; counted; too many may be refused") {
    Customer1 c;
    c.fault("token_revoked", {}, 1);
    CHECK(c.order(an_order()).answer.status == 401);
    CHECK(c.order(an_order()).answer.status == 401);
    c.get_token();
    CHECK(c.order(an_order()).status == "100");
    c.fault("token_expired", {{"status", "200"}}, 1);
    CHECK(c.order(an_order()).answer.status == 200);
    CHECK(c.order(an_order()).status == "401");
    c.fault("count_tokens", {{"max", "2"}});
    CHECK(c.get_token().status == 429);
    CHECK(c.post.calls("order") == 5);
}

}  // namespace
}  // namespace sim::vnpost
