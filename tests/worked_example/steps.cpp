// The steps of the life with the words of the contract.
#include "gateway/formats/json.hpp"
#include "tests/worked_example/example.hpp"

#include <doctest/doctest.h>

namespace gw::worked_example {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

#define ANSWERED(heard, wanted) \
    REQUIRE_MESSAGE((heard).status == (wanted), (heard).status, " ", (heard).body)

ports::Headers prefer(std::string value) {
    ports::Headers headers;
    headers.emplace_back("Prefer", std::move(value));
    return headers;
}

void replace(std::string& text, std::string_view place, const std::string& value) {
    for (auto at = text.find(place); at != text.npos; at = text.find(place, at + value.size()))
        text.replace(at, place.size(), value);
}

constexpr const char* identity_body =
    R"x({"kind":"confirm","dossier_code":"H56.14-260105-0007","procedure_code":"2.000635","purpose":"Đối chiếu người yêu cầu trích lục","subject":{"citizen_number":"038190000000","full_name":"TRẦN THỊ MẪU","birth":"1990"}})x";

constexpr const char* dossier_body =
    R"x({"code":"H56.14-260105-0007","procedure":{"code":"2.000635"},"channel":"online","origin":"national_portal","status":"received",
 "owner":{"kind":"citizen","full_name":"TRẦN THỊ MẪU","identities":[{"kind":"citizen_number","number":"038190000000"}],"birth":"1990","sex":"female","phone":"84100000001","tech_id":"TECHID-SYNTHETIC-1",
   "address":{"province_code":"38","commune_code":"00000","detail":"Thôn Mẫu 1","valid_on":"2026-01-05"}},
 "summary":"Cấp 02 bản sao trích lục khai sinh","receiving_unit":{"code":"H56.14","name":"Trung tâm Phục vụ hành chính công (mẫu)"
}
,"deciding_agency":{"code":"H56.14","name":"Ủy ban nhân dân xã Mẫu"},
 "submitted_at":"2026-01-05T08:20:55.000+07:00","received_at":"2026-01-05T08:36:10.000+07:00","due_at":"2026-01-05T17:00:00.000+07:00","result_delivery":"post","vneid_verified":true,
 "documents":[{"component_code":"000.00.00.G15-TP0001","name":"Tờ khai cấp bản sao","attachment_id":"@file1","copy_kind":"electronic"},
              {"component_code":"000.00.00.G15-TP0002","name":"Giấy tờ tùy thân","attachment_id":"@file2","copy_kind":"electronic","digitised":true}],
 "fees":[{"code":"LP-TRICHLUC","name":"Lệ phí cấp bản sao trích lục","kind":"ordinary","nature":"charge","collect_when":"at_reception","unit_amount":8000,"quantity":2}]
})x";

constexpr const char* supplement_body =
    R"x({ "requested_by": { "officer_code": "CB0001", "name": "Cán bộ Mẫu" }, "requested_at": "2026-01-05T08:55:00.000+07:00", "text": "Đề nghị bổ sung bản chụp giấy tờ tùy thân rõ nét", "papers": ["000.00.00.G15-TP0002"], "deadline": "2026-01-14", "old_due_at": "2026-01-05T17:00:00.000+07:00" })x";

constexpr const char* receipt_body =
    R"x({ "received_at": "2026-01-05T13:52:00.000+07:00", "received_by": { "officer_code": "CB0001", "name": "Cán bộ Mẫu" }, "documents": [ { "component_code": "000.00.00.G15-TP0002", "name": "Giấy tờ tùy thân (chụp lại)",
   "attachment_id" : "@file", "copy_kind" : "electronic", "digitised" : true
} ], "new_due_at": "2026-01-05T17:00:00.000+07:00", "resume": "received"
})x";

constexpr const char* payment_body =
    R"x({ "dossier_code": "H56.14-260105-0007", "fee_ids": ["@fee"], "amount": 16000, "method": "online", "provider": "national_platform", "return_url": "https://motcua.test/thanh-toan" })x";

constexpr const char* result_body =
    R"x({ "result_code": "KQ.G15.000032", "name": "Trích lục khai sinh (bản sao)",
    "number" : "7",
    "symbol" : "TLKS-BS",
    "signed_on" : "2026-01-05",
    "signer" : "Lãnh đạo Mẫu",
    "attachment_id" : "@file"
})x";

constexpr const char* delivery_body =
    R"x({ "dossier_code": "H56.14-260105-0007", "direction": "return", "carrier": "vnpost", "receiver": { "name": "TRẦN THỊ MẪU", "phone": "84100000001", "address": { "province_code": "38", "commune_code": "00000", "detail": "Thôn Mẫu 1", "valid_on": "2026-01-05" } }, "items": ["Trích lục khai sinh (02 bản)"], "cod_amount": 0
})x";

}  // namespace

void Example::file() {
    go_to("08:20:55");
    std::string why;
    const auto sent = world.partners().portal.send(
        R"({"kind":"dossier","dossier":"H56.14-260105-0007","procedure":"2.000635","name":"TRẦN THỊ MẪU","citizen_number":"038190000000","phone":"84100000001","tech_id":"TECHID-SYNTHETIC-1","files":2,"file_1":"to-khai.pdf","bytes_1":48213,"file_2":"cccd.jpg","bytes_2":311870})",
        world.now(),
        &why
    );
    REQUIRE_MESSAGE(sent.size() == 1, why);
    go_to("08:21:30");
    const auto items = get("/v1/inbox?kind=dossier");
    ANSWERED(items, 200);
    inbox_id = items.text("/items/0/id");
    REQUIRE_MESSAGE(!inbox_id.empty(), items.body);
}

void Example::claim() {
    const auto claimed = post("/v1/inbox/" + inbox_id + "/claim", "");
    ANSWERED(claimed, 200);
    CHECK(claimed.text("/state") == "claimed");
    CHECK(claimed.text("/partner_ref") == code);
    const Document* manifest = claimed.json.find("manifest");
    REQUIRE(manifest->size() == 2);
    for (const Document& one : manifest->items()) files.push_back(one.text_of("attachment_id"));
    CHECK(claimed.text("/manifest/0/name") == "to-khai.pdf");
    CHECK(claimed.text("/manifest/1/name") == "cccd.jpg");
    for (const auto& [pointer, value] : std::initializer_list<std::pair<const char*, const char*>>{
             {"/payload/code", code},
             {"/payload/procedure/code", "2.000635"},
             {"/payload/channel", "online"},
             {"/payload/origin", "national_portal"},
             {"/payload/status", "registered"},
             {"/payload/owner/kind", "citizen"},
             {"/payload/owner/full_name", "TRẦN THỊ MẪU"},
             {"/payload/owner/identities/0/kind", "citizen_number"},
             {"/payload/owner/identities/0/number", citizen},
             {"/payload/owner/phone", "84100000001"},
             {"/payload/owner/tech_id", "TECHID-SYNTHETIC-1"},
             {"/payload/submitted_at", "2026-01-05T08:20:55.000+07:00"}})
        CHECK_MESSAGE(claimed.text(pointer) == value, pointer);
}

void Example::check_identity() {
    go_to("08:34:20");
    const auto known = post("/v1/identity-checks", identity_body, prefer("wait=10"));
    ANSWERED(known, 200);
    CHECK(known.text("/outcome") == "match");
    CHECK(known.json.find("differences")->size() == 0);
    CHECK(known.text("/source") == "population_database");
}

void Example::accept() {
    go_to("08:36:10");
    // The packet is worked on and its answer never comes.
    sim::kit::Fault silence("hang");
    silence.count = 1;
    silence.service = "DongBoHoSoMC";
    silence.params["processed"] = "true";
    REQUIRE(world.partners().portal.faults().set(silence));
    std::string body = dossier_body;
    replace(body, "@file1", files.at(0));
    replace(body, "@file2", files.at(1));
    const auto made = post("/v1/dossiers", body);
    ANSWERED(made, 201);
    CHECK(ports::header(made.headers, "ETag") == "\"1\"");
    CHECK(made.text("/fees/0/amount") == "16000");
    fee_id = made.text("/fees/0/id");
    const auto known = post(
        "/v1/inbox/" + inbox_id + "/ack",
        R"({"dossier_code":"H56.14-260105-0007","outcome":"created"})"
    );
    ANSWERED(known, 200);
    CHECK(known.text("/state") == "acknowledged");
    go_to("08:50:00");
}

void Example::ask_supplement() {
    go_to("08:55:00");
    const auto asked = post(below("/supplements"), supplement_body);
    ANSWERED(asked, 201);
    supplement_id = asked.text("/id");
    CHECK(dossier().text("/status") == "supplement_wanted");
    wait(minutes(5));
}

void Example::hand_supplement() {
    go_to("13:40:00");
    std::string why;
    const auto sent = world.partners().portal.send(
        R"({"kind":"promotion_supplement","dossier":"H56.14-260105-0007"})", world.now(), &why
    );
    REQUIRE_MESSAGE(sent.size() == 1, why);
    wait(minutes(1));
    const auto items = get("/v1/inbox?kind=supplement&state=ready");
    ANSWERED(items, 200);
    supplement_inbox_id = items.text("/items/0/id");
    const auto claimed = post("/v1/inbox/" + supplement_inbox_id + "/claim", "");
    ANSWERED(claimed, 200);
    CHECK(claimed.text("/dossier_code") == code);
    clear_paper = claimed.text("/manifest/0/attachment_id");
}

void Example::take_supplement() {
    go_to("13:52:00");
    std::string body = receipt_body;
    replace(body, "@file", clear_paper);
    const auto received = post(below("/supplements/") + supplement_id + "/receive", body);
    ANSWERED(received, 200);
    CHECK(received.text("/status") == "received");
    const auto claimed = post("/v1/inbox/" + supplement_inbox_id + "/claim", "");
    ANSWERED(claimed, 200);
    const auto known = post(
        "/v1/inbox/" + supplement_inbox_id + "/ack",
        R"({"dossier_code":"H56.14-260105-0007","outcome":"updated"})"
    );
    ANSWERED(known, 200);
    wait(minutes(5));
}

void Example::charge() {
    go_to("14:30:00");
    const auto entry = progress("financial_obligation");
    ANSWERED(entry, 201);
    CHECK(dossier().text("/status") == "financial_obligation");
    go_to("14:30:15");
    // The seven drawn characters of the reference, 5 bits each.
    constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const std::string_view drawn = std::string_view(reference).substr(7, 7);
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < drawn.size(); ++i)
        bits |= static_cast<std::uint64_t>(alphabet.find(drawn[i])) << (5 * i);
    world.engine_random().force(bits);
    std::string body = payment_body;
    replace(body, "@fee", fee_id);
    ports::Headers named;  // else the names of the call and of its trace would be drawn first
    named.emplace_back("LT-Request-Id", "req-20260105-0001");
    named.emplace_back("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    const auto begun = post("/v1/payments", body, std::move(named));
    ANSWERED(begun, 201);
    payment_id = begun.text("/id");
    world.paying = 1;
    CHECK(begun.text("/reference") == reference);
    CHECK(begun.text("/state") == "pending");
    CHECK(begun.text("/amount") == "16000");
    CHECK(begun.text("/attempt") == "1");
    CHECK(!begun.text("/checkout/url").empty());
    CHECK(begun.text("/checkout/expires_at").starts_with("2026-01-05T14:45:15"));
}

void Example::pay() {
    sim::kit::Fault twice("ipn_twice");
    twice.count = 1;
    twice.params["gap_ms"] = "31500";
    REQUIRE(world.partners().platform.faults().set(twice));
    go_to("14:32:07.999");  // the platform speaks at whole seconds
    CHECK(world.partners().platform.act(reference, "pay", moment("14:32:08")).empty());
    go_to("14:32:50");
    CHECK(world.partners().platform.held().at(reference).notices_acknowledged == 2);
}

void Example::go_on() {
    world.paying = 0;
    go_to("14:33:20");
    CHECK(payment().text("/state") == "receipt_issued");
    const auto entry = progress("processing");
    ANSWERED(entry, 201);
    wait(minutes(5));
}

void Example::decide() {
    go_to("16:05:00");
    const auto stored = post("/v1/attachments", signed_paper());
    ANSWERED(stored, 201);
    std::string body = result_body;
    replace(body, "@file", stored.text("/id"));
    const auto added = post(below("/results"), body);
    ANSWERED(added, 201);
    CHECK(added.text("/signature_check/outcome") == "valid");
    result_id = added.text("/id");
    const auto verified = events("result.verified");
    REQUIRE(verified.size() == 1);
    CHECK(verified[0].at("/data/result_id")->as_text() == result_id);
    CHECK(verified[0].at("/data/outcome")->as_text() == "valid");
    go_to("16:06:00");
    const auto entry = progress("finished");
    ANSWERED(entry, 201);
    wait(seconds(30));
}

void Example::book_post() {
    go_to("16:07:00");
    // The postman's hand moves this parcel, see deliver(): by itself it would lie for days.
    REQUIRE(world.partners().post.plan("*", "skips", world.now()));
    const auto booked = post("/v1/deliveries", delivery_body);
    ANSWERED(booked, 201);
    delivery_id = booked.text("/id");
    wait(minutes(30));
    CHECK(get("/v1/deliveries/" + delivery_id).text("/state") == "booked");
}

void Example::deliver() {
    auto& post_office = world.partners().post;
    const std::string order = get("/v1/deliveries/" + delivery_id).text("/order_number");
    const auto happens = [&](std::string_view when, int what, const char* state) {
        go_to(when);
        REQUIRE(post_office.happen(code, what, "", world.now()));
        wait(seconds(45));
        CHECK(get("/v1/deliveries/" + delivery_id).text("/state") == state);
    };
    happens("06T09:10:00", sim::vnpost::picked_up, "picked_up");
    happens("06T13:10:00", sim::vnpost::in_transit, "in_transit");
    happens("07T08:15:00", sim::vnpost::out_for_delivery, "out_for_delivery");
    happens("07T10:25:00", sim::vnpost::delivered, "delivered");
}

void Example::give_back() {
    go_to("07T10:26:00");
    const auto entry = progress("returned");
    ANSWERED(entry, 201);
    wait(minutes(5));
}

void Example::survey() {
    go_to("08T19:02:30");
    const auto said = put(
        below("/survey"),
        R"({"satisfaction":"very_satisfied","given_by":"citizen","given_at":"2026-01-08T19:02:00.000+07:00"})"
    );
    ANSWERED(said, 200);
    go_to("09T23:00:00");
}

}  // namespace gw::worked_example
