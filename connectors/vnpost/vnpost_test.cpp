// The post's connector: orders, answers, the tracking feed, prices.
#include "connectors/vnpost/codec.hpp"
#include "connectors/vnpost/connector.hpp"
#include "connectors/vnpost/prices.hpp"
#include "connectors/vnpost/tracking.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/mapping_files.hpp"
#include "tests/kit/object_store.hpp"
#include "tests/kit/run.hpp"
#include "tests/kit/scripted_http.hpp"
#include "tests/kit/sim_clock.hpp"

#include <doctest/doctest.h>

namespace gw::vnpost {
namespace {

using core::Advice;
using core::Document;

class HeardFacts : public ports::Facts {
public:
    std::vector<ports::FactMessage> heard;
    std::optional<core::Error> fail;
    ports::Async<ports::Taken> take_in(ports::FactMessage message) override {
        if (fail) co_return *fail;
        heard.push_back(std::move(message));
        co_return ports::Taken();
    }
};

const char* snapshot_json =
    R"json({"key":"dlv_1","delivery":{"id":"dlv_1","dossier_code":"H56.14-260105-0007",
"direction":"return","carrier":"vnpost","order_number":"H56.14-260105-0007","cod_amount":0,
"receiver":{"name":"TRẦN THỊ MẪU","phone":"84100000001","address":{"province_code":"38","commune_code":"00000",
"detail":"Thôn Mẫu 1"}},"items":["Trích lục khai sinh (02 bản)"],"state":"requested","waybill":"EA123456785VN"
}
, "dossier" : {
    "code" : "H56.14-260105-0007",
             "procedure" : {"code" : "2.000635", "name" : "Cấp bản sao trích lục hộ tịch"},
                           "owner" : {
        "identities" : [ {"kind" : "citizen_number", "number" : "038190000000"} ]
    }
}
})json";

connector_kit::OptionValues option_values() {
    return {
        {"url", "https://post.test/bus"},
        {"customer_key", "synthetic"},
        {"customer_secret", "synthetic-secret"},
        {"customer_code", "KH0000001"},
        {"agency", "H56"},
        {"office_name", "Trung tâm Phục vụ hành chính công (mẫu)"},
        {"office_phone", "84100000009"},
        {"office_email", "motcua@motcua.test"},
        {"office_address", "Số 1, đường Mẫu"},
        {"office_province", "38"},
        {"office_commune", "00000"}};
}

struct Kit {
    explicit Kit(const std::string& unmapped_area = "") {
        std::vector<mapping::Problem> problems;
        auto loaded = mapping::test::real_folder().load(problems);
        REQUIRE_MESSAGE(loaded.has_value(), mapping::test::all(problems));
        connector_kit::Parts parts;
        parts.partner = "vnpost";
        parts.http = &http;
        parts.store = &store;
        parts.facts = &facts;
        parts.clock = &clock;
        parts.random = &random;
        parts.library = *loaded;
        const std::string file = "mappings/vnpost/answers.toml";
        parts.answers = *mapping::Answers::load(mapping::test::file_text(file), file, &problems);
        parts.values = option_values();
        if (!unmapped_area.empty()) parts.values["unmapped_area"] = unmapped_area;
        auto options = read_options(parts.values, "vnpost");
        post = std::make_shared<Post>(std::move(parts), std::move(options));
        sink = std::make_unique<PostSink>(post);
    }
    core::Claim claim(std::string_view operation) const {
        core::Claim c;
        c.leg.id = core::LegId(7);
        c.leg.partner = "vnpost";
        c.leg.operation = std::string(operation);
        c.leg.agency = "H56";
        c.leg.effect_key = "k1";
        c.snapshot = std::make_shared<const std::string>(snapshot_json);
        return c;
    }
    core::Result<core::Receipt> send(const core::Claim& c) {
        auto prepared = sink->prepare(c, clock.now());
        if (!prepared) return prepared.error();
        return test::run(io, sink->send(*prepared, c));
    }
    void say_token() { http.say(R"({"access_token":"SYNTHETIC-TOKEN","expires_in":3600})"); }
    std::string said(std::size_t i, const char* name) const {
        return facts.heard.at(i).facts.at(0).says.text_of(name);
    }
    boost::asio::io_context io;
    test::SimClock clock{*core::parse_rfc3339("2026-01-07T11:00:00+07:00")};
    test::SimRandom random{1};
    test::ScriptedHttp http;
    test::ObjectStore store;
    HeardFacts facts;
    std::shared_ptr<Post> post;
    std::unique_ptr<PostSink> sink;
};

std::string page(std::string_view rows) {
    return R"({"_size":2,"_total_pages":1,"_returned":2,"_embedded":{"rh:doc":[)" +
           std::string(rows) + "]}}";
}
std::string row(std::string_view id, int code, std::string_view time) {
    return R"({"_id":{"$oid":")" + std::string(id) +
           R"("},"CustomerCode":"KH0000001","OrderNumber":"H56.14-260105-0007","EventTime":")" +
           std::string(time) + R"(","POSID":"440000","ItemCode":"EA123456785VN","StatusCode":)" +
           std::to_string(code) + R"(,"StatusMessage":"x","Notes":""})";
}

}  // namespace

TEST_CASE("vnpost order: the flat form, carrier's area numbers, no identity number on the parcel") {
    Kit kit;
    const auto prepared = kit.sink->prepare(kit.claim(order), kit.clock.now());
    REQUIRE_MESSAGE(prepared.has_value(), prepared.error().what);
    const auto body = formats::read_json(prepared->bytes);
    REQUIRE(body.has_value());
    CHECK(body->text_of("CustomerCode") == "KH0000001");
    CHECK(body->find("ReceiverProvince")->is_number());
    CHECK(body->text_of("ReceiverProvince") == "44");
    CHECK(body->text_of("SenderDistrict") == "4400");
    CHECK(body->text_of("ReceiverTel") == "0100000001");
    CHECK(body->text_of("SenderTel") == "0100000009");
    CHECK(body->text_of("ItemCode") == "EA123456785VN");
    CHECK(body->find("FlagConfig")->is_number());
    CHECK(body->text_of("FlagConfig") == "2");
    CHECK(
        body->text_of("SenderDesc") ==
        "Mã hồ sơ: H56.14-260105-0007||Tên thủ tục: Cấp bản sao trích lục hộ tịch||Thành phần hồ "
        "sơ 1: "
        "Trích lục khai sinh (02 bản)||Tên dịch vụ: Trả hồ sơ tại nhà"
    );
    CHECK(prepared->bytes.find("038190000000") == std::string::npos);
}

TEST_CASE("vnpost order: PO-7 an area without translation waits and names itself") {
    Kit kit;
    core::Claim c = kit.claim(order);
    std::string text = *c.snapshot;
    text.replace(text.find("\"commune_code\":\"00000\""), 22, "\"commune_code\":\"99999\"");
    c.snapshot = std::make_shared<const std::string>(text);
    const auto prepared = kit.sink->prepare(c, kit.clock.now());
    REQUIRE_FALSE(prepared.has_value());
    CHECK(prepared.error().advice == Advice::hold);
    CHECK(prepared.error().code == "code_unmapped");
}

TEST_CASE("vnpost order: PO-7 an agreed number stands for the unknown area only") {
    Kit kit("0");
    core::Claim c = kit.claim(order);
    std::string text = *c.snapshot;
    text.replace(text.find("\"commune_code\":\"00000\""), 22, "\"commune_code\":\"99999\"");
    c.snapshot = std::make_shared<const std::string>(text);
    const auto prepared = kit.sink->prepare(c, kit.clock.now());
    REQUIRE(prepared.has_value());
    const auto body = formats::read_json(prepared->bytes);
    CHECK(body->text_of("ReceiverDistrict") == "0");
    CHECK(body->text_of("ReceiverProvince") == "44");
    CHECK(body->text_of("SenderDistrict") == "4400");
}

TEST_CASE(
    "vnpost order: F-175 100 and 101 book the delivery, another code rejects it, overload waits"
) {
    struct Case {
        const char* body;
        const char* state;
        bool receipt;
        bool already;
    };
    const Case cases[] = {
        {R"({"Status":"100","Message":"OK"})", "booked", true, false},
        {R"({"Status":"101","Message":"Đơn hàng đã tồn tại"})", "booked", true, true},
        {R"({"Status":"102","Message":"Sai địa chỉ người nhận"})", "rejected", true, false},
        {R"({"Status":"500","Message":"Hệ thống quá tải"})", nullptr, false, false}};
    for (const Case& c : cases) {
        Kit kit;
        kit.say_token();
        kit.http.say(c.body);
        const auto receipt = kit.send(kit.claim(order));
        CHECK(receipt.has_value() == c.receipt);
        CHECK(kit.facts.heard.size() == (c.state == nullptr ? 0u : 1u));
        if (c.state != nullptr) CHECK(kit.said(0, "state") == c.state);
        if (receipt) CHECK(receipt->already_there == c.already);
        if (!receipt) CHECK(receipt.error().advice == Advice::retry);
    }
}

TEST_CASE("vnpost order: F-176 a lost answer is an unknown outcome, the feed tells") {
    Kit kit;
    kit.say_token();
    kit.http.answers.push_back(test::failed(true));
    const auto lost = kit.send(kit.claim(order));
    REQUIRE_FALSE(lost.has_value());
    CHECK(lost.error().advice == Advice::enquire);
    core::Object delivery;
    delivery.kind = "delivery";
    delivery.agency = "H56";
    delivery.id = "dlv_1";
    delivery.state = "requested";
    kit.store.put(delivery);
    CHECK(test::run(kit.io, kit.sink->enquire(kit.claim(order)))->found == core::Found::not_found);
    delivery.state = "picked_up";
    kit.store.put(delivery);
    CHECK(test::run(kit.io, kit.sink->enquire(kit.claim(order)))->found == core::Found::done);
}

TEST_CASE(
    "vnpost order: when the fact cannot be kept, the post is asked and nothing is ordered twice"
) {
    Kit kit;
    kit.facts.fail = core::Error(Advice::retry, core::Blame::ours, "store.queue_full", "");
    kit.say_token();
    kit.http.say(R"({"Status":"100","Message":"OK"})");
    const auto end = kit.send(kit.claim(order));
    REQUIRE_FALSE(end.has_value());
    CHECK(end.error().advice == Advice::enquire);
}

TEST_CASE("vnpost token: TR-5 refused once, fetched again, the call repeated once") {
    Kit kit;
    kit.say_token();
    kit.http.answers.push_back(test::answered(401, R"({"error":"invalid_token"})"));
    kit.say_token();
    kit.http.say(R"({"Status":"100","Message":"OK"})");
    CHECK(kit.send(kit.claim(order)).has_value());
    REQUIRE(kit.http.asked.size() == 4);
    CHECK(ports::header(kit.http.asked[0].headers, "Authorization").starts_with("Basic "));
    CHECK(ports::header(kit.http.asked[3].headers, "Authorization") == "Bearer SYNTHETIC-TOKEN");
}

TEST_CASE("vnpost token: TR-5 F-10 told in the body that it has ended, it is fetched again too") {
    const char* over = R"({"Status":"401","Message":"Token đã hết hạn"})";
    Kit kit;
    kit.say_token();
    kit.http.say(over);
    kit.say_token();
    kit.http.say(R"({"Status":"100","Message":"OK"})");
    CHECK(kit.send(kit.claim(order)).has_value());
    CHECK(kit.said(0, "state") == "booked");
    kit.http.say(over);  // and from the feed
    kit.say_token();
    kit.http.say(page(""));
    CHECK(test::run(kit.io, make_tracking(kit.post)->run(kit.clock.now())).has_value());
    kit.http.say(over);
    kit.say_token();
    kit.http.say(over);
    const auto refused = kit.send(kit.claim(order));
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == "vnpost.credential");
    CHECK(kit.http.asked.size() == 10);
}

TEST_CASE("vnpost order: transports 11 every text of throttling waits") {
    for (const char* text :
         {"Vượt quá số lượt gọi trong ngày", "Đã đạt giới hạn gọi", "Vui lòng thử lại sau"}) {
        Kit kit;
        kit.say_token();
        kit.http.say(R"({"Status":"109","Message":")" + std::string(text) + "\"}");
        const auto later = kit.send(kit.claim(order));
        REQUIRE_FALSE(later.has_value());
        CHECK(later.error().advice == Advice::retry);
        CHECK(kit.facts.heard.empty());
    }
}

TEST_CASE("vnpost order: a refusal holds the post's own words, numbers masked and not too long") {
    Kit kit;
    kit.say_token();
    kit.http.say(
        R"({"Status":"199","Message":"Số 038190000000 ở đơn H56.14-260105-0007: )" +
        std::string(300, 'x') + "\"}"
    );
    REQUIRE(kit.send(kit.claim(order)).has_value());
    const auto reason = kit.said(0, "reason");
    CHECK(reason.find("Số 038******000 ở đơn H56.14-260105-0007: xx") != std::string::npos);
    CHECK(reason.find(std::string(160, 'x')) == std::string::npos);
    kit.http.say(R"({"Status":"199","Message":"Sai trạng thái"})");
    REQUIRE(kit.send(kit.claim(cancel)).has_value());
    CHECK(
        kit.said(1, "reason") ==
        "Bưu điện không hủy đơn. Đọc trả lời rồi liên hệ bưu cục. Trả lời: Sai trạng thái"
    );
}

TEST_CASE("vnpost cancel: an order that the post never had is cancelled") {
    Kit kit;
    kit.say_token();
    kit.http.say(R"({"Status":"108","Message":"Không tìm thấy đơn hàng"})");
    kit.http.say(R"({"Status":"99","Message":"Đơn hàng không tồn tại"})");
    for (std::size_t i = 0; i < 2; ++i) {
        const auto gone = kit.send(kit.claim(cancel));
        REQUIRE(gone.has_value());
        CHECK(gone->flag != "refused");
        CHECK(kit.said(i, "state") == "cancelled");
    }
}

TEST_CASE("vnpost cancel: agreed, or too late") {
    Kit kit;
    kit.say_token();
    kit.http.say(R"({"Status":"100","Message":"OK"})");
    kit.http.say(R"({"Status":"103","Message":"Bưu điện đã thu gom"})");
    CHECK(kit.send(kit.claim(cancel)).has_value());
    CHECK(kit.said(0, "state") == "cancelled");
    CHECK(kit.http.asked[1].url.ends_with("?CustomerCode=KH0000001&OrderNumber=H56.14-260105-0007")
    );
    const auto late = kit.send(kit.claim(cancel));
    REQUIRE(late.has_value());
    CHECK(late->flag == "refused");
    CHECK_FALSE(kit.said(1, "reason").empty());
}

TEST_CASE(
    "vnpost feed: PO-8 F-171 F-173 a page and its cursor are one message, the next walk goes on "
    "there"
) {
    Kit kit;
    auto job = make_tracking(kit.post);
    kit.say_token();
    kit.http.say(page(
        row("65f000000000000000000001", 2, "2026-01-06 09:10:00") + "," +
        row("65F000000000000000000002", 4, "07/01/2026 10:25:00")
    ));
    REQUIRE(test::run(kit.io, job->run(kit.clock.now())).has_value());
    REQUIRE(kit.facts.heard.size() == 1);
    const auto& message = kit.facts.heard[0];
    REQUIRE(message.facts.size() == 2);
    CHECK(message.facts[0].ref == "H56.14-260105-0007");
    CHECK(message.facts[1].says.text_of("state") == "delivered");
    CHECK(message.facts[1].says.text_of("at") == "2026-01-07T10:25:00.000+07:00");
    REQUIRE(message.beside.size() == 1);
    CHECK(message.beside[0].object.body.find("65f000000000000000000002") != std::string::npos);
    CHECK(message.beside[0].expected_version == 0);
    core::Object cursor = message.beside[0].object;
    cursor.version = 1;
    const auto today = core::to_iso_day(core::local_day(kit.clock.now()));
    cursor.body = R"({"last_id":"65f000000000000000000002","rewound_on":")" + today + "\"}";
    kit.store.put(cursor);
    kit.http.say(page(""));
    REQUIRE(test::run(kit.io, job->run(kit.clock.now())).has_value());
    CHECK(kit.http.asked.back().url.ends_with("lastId=65f000000000000000000002"));
    CHECK(kit.facts.heard.size() == 1);
}

TEST_CASE("vnpost feed: PO-9 a page that goes back is read and the cursor stays") {
    Kit kit;
    core::Object cursor;
    cursor.kind = "cursor";
    cursor.agency = "H56";
    cursor.id = "vnpost/KH0000001";
    cursor.version = 3;
    const auto today = core::to_iso_day(core::local_day(kit.clock.now()));
    cursor.body = R"({"last_id":"65f000000000000000000009","rewound_on":")" + today + "\"}";
    kit.store.put(cursor);
    kit.say_token();
    kit.http.say(page(row("65f000000000000000000003", 3, "2026-01-06 10:00:00")));
    auto job = make_tracking(kit.post);
    REQUIRE(test::run(kit.io, job->run(kit.clock.now())).has_value());
    CHECK(kit.facts.heard.at(0).facts.size() == 1);
    CHECK(kit.facts.heard[0].beside[0].object.body.find("0009") != std::string::npos);
}

TEST_CASE("vnpost feed: PO-10 once a day the last two days are read again") {
    Kit kit;
    core::Object cursor;
    cursor.kind = "cursor";
    cursor.agency = "H56";
    cursor.id = "vnpost/KH0000001";
    cursor.version = 3;
    cursor.body = R"({"last_id":"ffffffffffffffffffffffff","rewound_on":"2026-01-06"})";
    kit.store.put(cursor);
    kit.say_token();
    kit.http.say(page(""));
    kit.http.say(page(""));
    auto job = make_tracking(kit.post);
    REQUIRE(test::run(kit.io, job->run(kit.clock.now())).has_value());
    const auto expected = id_of_second(kit.clock.now() - std::chrono::hours(48));
    CHECK(kit.http.asked.at(1).url.ends_with("lastId=" + expected));
}

TEST_CASE("vnpost feed: another customer's rows, unknown codes, ill ids and HTML") {
    Kit kit;
    kit.say_token();
    kit.http.say(page(
        R"({"_id":{"$oid":"no"},"CustomerCode":"KH9999999","OrderNumber":"x","StatusCode":4},)"
        R"({"_id":{"$oid":"zz"},"CustomerCode":"KH0000001","OrderNumber":"H56.14-1","StatusCode":77,"EventTime":"gestern"})"
    ));
    auto job = make_tracking(kit.post);
    REQUIRE(test::run(kit.io, job->run(kit.clock.now())).has_value());
    REQUIRE(kit.facts.heard.at(0).facts.size() == 1);
    CHECK(kit.said(0, "state").empty());
    CHECK(kit.said(0, "code") == "77");
    CHECK(kit.said(0, "at").empty());
    kit.http.say("<html>502</html>");
    CHECK_FALSE(test::run(kit.io, job->run(kit.clock.now())).has_value());
}

TEST_CASE("vnpost time: PO-12 three forms, Vietnam time") {
    const auto wanted = core::parse_rfc3339("2026-01-07T10:25:00+07:00");
    CHECK(read_event_time("2026-01-07 10:25:00") == wanted);
    CHECK(read_event_time("2026-01-07T10:25:00") == wanted);
    CHECK(read_event_time("07/01/2026 10:25:00") == wanted);
    CHECK_FALSE(read_event_time("2026-13-07 10:25:00").has_value());
    CHECK_FALSE(read_event_time("").has_value());
}

TEST_CASE("vnpost price: kept a day, unknown is never 0") {
    Kit kit;
    auto prices = make_prices(kit.post);
    ports::Question question;
    question.kind = "delivery_quote";
    question.asks = *formats::read_json(
        R"({"carrier":"vnpost","direction":"return","receiver":{"address":{"province_code":"38","commune_code":"00000"}}})"
    );
    kit.say_token();
    kit.http.say(R"({"code":"0","message":"","content":{"price":0}})");
    CHECK(test::run(kit.io, prices->ask(question)).outcome == "unavailable");
    kit.http.say(R"({"code":"0","message":"","content":{"price":26000}})");
    const auto answer = test::run(kit.io, prices->ask(question));
    CHECK(answer.outcome == "ok");
    CHECK(answer.says.text_of("cost") == "26000");
    CHECK(test::run(kit.io, prices->ask(question)).says.text_of("cost") == "26000");
    CHECK(kit.http.asked.size() == 3);
}

}  // namespace gw::vnpost
