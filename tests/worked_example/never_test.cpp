// What must never be possible in the life of the example: each is tried, through the API or by a
// partner, and shown to be refused or without effect.
#include "gateway/formats/json.hpp"
#include "gateway/ports/log.hpp"
#include "simulators/national_platform/signing.hpp"
#include "simulators/onestop/signing_desk.hpp"
#include "tests/kit/temp_folder.hpp"
#include "tests/worked_example/example.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <optional>

namespace gw::worked_example {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

void refused(const Heard& heard, int status, std::string_view code) {
    CHECK_MESSAGE(heard.status == status, heard.body);
    CHECK(heard.text("/code") == code);
}

std::string payment_request(const Example& life) {
    return R"({"dossier_code":"H56.14-260105-0007","fee_ids":[")" + life.fee_id +
           R"("],"amount":16000,"method":"online","provider":"national_platform","return_url":"https://motcua.test/thanh-toan"})";
}

std::string cash_request(const Example& life) {
    return R"({"dossier_code":"H56.14-260105-0007","fee_ids":[")" + life.fee_id +
           R"("],"amount":16000,"method":"cash","collected_at":"2026-01-05T14:31:00+07:00","document_no":"PT-1"})";
}

/// What the dossier counts as paid.
std::int64_t counted(Example& life) {
    std::int64_t sum = 0;
    const auto dossier = life.dossier();
    for (const Document& fee : dossier.json.find("fees")->items())
        if (fee.text_of("state") == "paid") sum += fee.find("amount")->as_integer().value();
    return sum;
}

/// The notice of the payment as the platform sent it.
std::string notice_of(Example& life) {
    const auto& fields = life.world.partners().platform.outbox().all().begin()->second.fields;
    Document body = Document::object();
    for (const char* name : sim::national_platform::signed_fields("IPN"))
        body.set(name, Document::text(fields.at(name)));
    const auto hash = sim::national_platform::sign("IPN", fields, "SYNTHETIC-MABIMAT-0001");
    body.set("MaXacThuc", Document::text(hash));
    return formats::write_json(body);
}

std::string lines_of(Example& life) {
    std::string lines;
    for (const auto& line : life.at_portal().progress)
        lines += std::to_string(line.status) + " " + line.fields.at("NoiDungXuLy") + "; ";
    return lines;
}

/// Every line that is logged while it lives, debug ones too.
class LogCatch {
public:
    LogCatch() : path_(folder_.path() + "/log"), before_(::dup(STDERR_FILENO)) {
        const int file = ::open(path_.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600);
        ::dup2(file, STDERR_FILENO);
        ::close(file);
        ports::log::set_level(ports::log::Level::debug);
    }
    ~LogCatch() { end(); }
    LogCatch(const LogCatch&) = delete;
    LogCatch& operator=(const LogCatch&) = delete;
    std::string end() {
        if (before_ < 0) return "";
        ports::log::set_level(ports::log::Level::error);
        ::dup2(before_, STDERR_FILENO);
        ::close(std::exchange(before_, -1));
        std::ifstream in(path_, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(in), {});
    }

private:
    test::TempFolder folder_;
    std::string path_;
    int before_;
};

}  // namespace

TEST_CASE("never: the inbox item is acknowledged with a file missing") {
    Example life;
    sim::kit::Fault gone("inbound_missing_files");
    gone.count = 1;
    REQUIRE(life.world.partners().portal.faults().set(gone));
    life.file();
    const std::string item = "/v1/inbox/" + life.inbox_id;
    const std::string ack = R"({"dossier_code":"H56.14-260105-0007","outcome":"created"})";
    CHECK(life.get(item).text("/state") == "collecting");
    CHECK(life.get("/v1/inbox?state=ready&kind=dossier").json.find("items")->size() == 0);
    refused(life.post(item + "/claim", ""), 409, "inbox.incomplete");
    refused(life.post(item + "/ack", ack), 409, "inbox.incomplete");
    life.wait(hours(24));  // the gateway has given up by then, or still tries
    refused(life.post(item + "/ack", ack), 409, "inbox.incomplete");
    CHECK(life.get(item).text("/state") != "acknowledged");
    for (const Document& event : life.events("inbox.item_ready"))  // questions come beside it
        CHECK(event.find("data")->text_of("inbox_id") != life.inbox_id);
}

TEST_CASE("never: status 9 is sent while the dossier is in 5") {
    Example life;
    life.live_until(&Example::hand_supplement);
    const std::string now = core::to_rfc3339(life.world.now());
    refused(life.progress("finished"), 422, "status.transition_not_allowed");
    // Neither by way of another entry of the same call, of which nothing may stay.
    const std::string two = R"({"items":[)" +
                            life.progress_body("supplement_wanted", now, "Ghi chú") + "," +
                            life.progress_body("finished", now, "Xong") + "]}";
    refused(life.post(life.below("/progress/batch"), two), 422, "status.transition_not_allowed");
    life.wait(minutes(10));
    CHECK(life.portal_never_saw(9));
    CHECK(life.at_portal().status() == 5);
    CHECK(lines_of(life).find("Ghi chú") == std::string::npos);
    // From where it is allowed it goes through: the portal would have been told.
    CHECK(life.progress("processing").status == 201);
    CHECK(life.progress("finished").status == 201);
    life.wait(minutes(10));
    CHECK(life.at_portal().status() == 9);
}

TEST_CASE("never: two payments are counted") {
    Example life;
    life.live_until(&Example::pay);
    const auto second = life.post("/v1/payments", payment_request(life));
    refused(second, 409, "payment.open_exists");
    // The citizen pays twice on the page: two transactions, two notices.
    CHECK(life.world.partners().platform.act(reference, "pay_twice", life.world.now()).empty());
    life.wait(minutes(5));
    const auto& held = life.world.partners().platform.held();
    REQUIRE(held.at(reference).transactions.size() == 2);
    CHECK(counted(life) == 16'000);
    CHECK(life.payment().text("/paid_amount") == "16000");
    CHECK(life.payment().text("/state") == "disputed");
    CHECK(life.payment().text("/state_reason") == "duplicate_payment");
    CHECK(life.events("payment.paid").size() == 1);
    CHECK(life.post("/v1/payments", payment_request(life)).status == 409);
    CHECK(life.post("/v1/payments/offline", cash_request(life)).status == 409);
    life.wait(minutes(5));
    life.go_to("06T12:00:00");
    CHECK(life.events("payment.paid").size() == 1);
    CHECK(held.size() == 1);
    // Nobody forgets the second 16,000: the day cannot be closed without a person.
    const auto day = life.get("/v1/reconciliations/2026-01-05?provider=national_platform");
    CHECK_MESSAGE(day.text("/state") == "matched", day.body);
}

TEST_CASE("never: two payments are counted, the second in cash or after the first is settled") {
    Example life;
    life.live_until(&Example::go_on);
    CHECK(counted(life) == 16'000);
    refused(life.post("/v1/payments", payment_request(life)), 409, "payment.already_paid");
    refused(life.post("/v1/payments/offline", cash_request(life)), 409, "payment.already_paid");
    life.wait(minutes(5));
    CHECK(counted(life) == 16'000);
    CHECK(life.events("payment.paid").size() == 1);
    CHECK(life.world.partners().platform.held().size() == 1);
}

TEST_CASE("never: the second IPN changes a time stamp") {
    Example life;
    life.live_until(&Example::pay);
    sim::kit::Fault slow("bill_not_ready");  // else the receipt changes the payment meanwhile
    REQUIRE(life.world.partners().platform.faults().set(slow));
    life.go_to("14:32:07.999");
    REQUIRE(life.world.partners().platform.act(reference, "pay", moment("14:32:08")).empty());
    life.go_to("14:32:20");
    const auto payment = life.payment(), dossier = life.dossier();
    CHECK(payment.text("/state") == "paid");
    CHECK(payment.text("/paid_at").starts_with("2026-01-05T14:32:08"));
    const auto events = life.events().size();
    life.go_to("14:32:40");
    const auto answer = life.post("/v1/ipn/national-platform", notice_of(life));
    CHECK(answer.status == 200);
    CHECK(answer.text("/MaLoi") == "00");
    life.go_to("14:33:00");
    CHECK(life.payment().body == payment.body);
    CHECK(life.dossier().body == dossier.body);
    CHECK(life.events().size() == events);
    life.go_to("06T09:00:00");
    const auto late = life.post("/v1/ipn/national-platform", notice_of(life));
    CHECK(late.body == answer.body);
    CHECK(life.payment().text("/paid_at") == payment.text("/paid_at"));
    CHECK(life.events("payment.paid").size() == 1);
}

TEST_CASE("never: returned before finished, out of a supplement") {
    Example life;
    life.live_until(&Example::hand_supplement);
    refused(life.progress("returned"), 422, "status.transition_not_allowed");
    life.wait(minutes(10));
    CHECK(life.portal_never_saw(10));
    CHECK(life.dossier().text("/status") == "supplement_wanted");
}

TEST_CASE("never: returned before finished, out of processing: 9 is made first, for both see it") {
    Example life;
    life.live_until(&Example::decide);
    const std::string now = core::to_rfc3339(life.world.now());
    const std::string wrong_way = R"({"items":[)" + life.progress_body("returned", now, "Trả") +
                                  "," + life.progress_body("finished", now, "Xong") + "]}";
    const auto batch = life.post(life.below("/progress/batch"), wrong_way);
    CHECK_MESSAGE(batch.status / 100 == 4, batch.body);
    life.wait(minutes(10));
    CHECK(life.portal_never_saw(10));
    CHECK(life.progress("returned", "Đã trả").status == 201);
    life.wait(minutes(10));
    CHECK(life.at_portal().statuses == std::vector<int>{1, 2, 5, 2, 6, 4, 9, 10});
    const auto lines = lines_of(life);
    const auto nine = lines.find("; 9 "), ten = lines.find("; 10 ");
    CHECK_MESSAGE(nine < ten, lines);
    CHECK(ten != std::string::npos);
}

TEST_CASE("never: a progress line is lost although three came within one second") {
    Example life;
    life.live_until(&Example::ask_supplement);
    const auto before = life.at_portal().progress.size();
    const std::string at = core::to_rfc3339(life.world.now());
    for (const char* text : {"Một", "Hai", "Ba"}) {
        const auto made =
            life.post(life.below("/progress"), life.progress_body("processing", at, text));
        REQUIRE_MESSAGE(made.status == 201, made.body);
    }
    CHECK(life.world.now() - *core::parse_rfc3339(at) < Duration(1'000));
    life.wait(minutes(10));
    const auto& lines = life.at_portal().progress;
    REQUIRE(lines.size() == before + 3);
    CHECK(lines[before].fields.at("NoiDungXuLy") == "Một");
    CHECK(lines[before + 1].fields.at("NoiDungXuLy") == "Hai");
    CHECK(lines[before + 2].fields.at("NoiDungXuLy") == "Ba");
    CHECK(lines[before].fields.at("ThoiDiemXuLy") == lines[before + 2].fields.at("ThoiDiemXuLy"));
    CHECK(life.at_portal().duplicate_lines == 0);
    CHECK(life.get(life.below("/progress")).json.find("items")->size() == before + 3);
}

TEST_CASE(
    "PD-20 F-93 F-232 never: the identity of the applicant stands in an event, a log line or a "
    "webhook"
) {
    LogCatch log;
    Example life;
    life.live_until(nullptr);
    std::string events, hooks;  // as they left
    for (const Document& event : life.events()) events += formats::write_json(event) + "\n";
    for (const Hook& hook : life.hooks) hooks += hook.body + "\n";
    const std::string dossier = life.dossier().body, logged = log.end();
    CHECK(life.hooks.size() > 50);
    CHECK(events.size() > 10'000);
    CHECK(logged.find("event=") != std::string::npos);
    for (const char* secret :
         {"TRẦN THỊ MẪU", "038190000000", "84100000001", "TECHID-SYNTHETIC-1", "Thôn Mẫu 1"}) {
        CHECK_MESSAGE(dossier.find(secret) != std::string::npos, secret);
        CHECK_MESSAGE(events.find(secret) == std::string::npos, secret);
        CHECK_MESSAGE(hooks.find(secret) == std::string::npos, secret);
        CHECK_MESSAGE(logged.find(secret) == std::string::npos, secret);
    }
    for (const char* secret : {"TRAN THI MAU", "Trần Thị Mẫu", "0100000001", "100000001"})
        CHECK_MESSAGE((events + hooks + logged).find(secret) == std::string::npos, secret);
}

TEST_CASE("never: the portal gets a result that was changed after it was signed") {
    Example life;
    life.live_until(&Example::decide);
    life.go_to("16:05:00");
    const auto stored = life.post("/v1/attachments", sim::onestop::forged(life.signed_paper()));
    REQUIRE(stored.status == 201);
    const auto added = life.post(
        life.below("/results"),
        R"({"result_code":"KQ.G15.000032","name":"Trích lục khai sinh","attachment_id":")" +
            stored.text("/id") + R"("})"
    );
    CHECK(added.status == 422);
    CHECK(added.text("/errors/0/code") == "result.signature_invalid");
    life.wait(minutes(10));
    CHECK(life.events("result.verified").empty());
    const auto& packets = life.at_portal().packets;
    for (const auto& packet : packets) CHECK(packet.raw.find("KQ.G15.000032") == packet.raw.npos);
}

TEST_CASE(
    "never: the portal hears of a result whose signature is in doubt before an officer says so"
) {
    Example life;
    life.live_until(&Example::decide);
    life.go_to("16:05:00");
    const sim::onestop::SigningDesk stranger(1'767'603'900);
    const auto stored =
        life.post("/v1/attachments", stranger.signed_paper(2'000, 8, 1'767'603'900));
    const auto added = life.post(
        life.below("/results"),
        R"({"result_code":"KQ.G15.000032","name":"Trích lục khai sinh","attachment_id":")" +
            stored.text("/id") + R"("})"
    );
    REQUIRE_MESSAGE(added.status == 201, added.body);
    CHECK(added.text("/signature_check/outcome") == "indeterminate");
    life.go_to("16:06:00");
    CHECK(life.progress("finished").status == 201);
    life.wait(minutes(10));
    CHECK(life.at_portal().status() == 9);
    const auto told = [&] {
        const auto& packets = life.at_portal().packets;
        return packets.back().raw.find("KQ.G15.000032") != std::string::npos;
    };
    CHECK_FALSE(told());
    const auto released = life.post(
        life.below("/results/" + added.text("/id") + "/release"),
        R"({"reason_vi":"Đã đối chiếu với bản giấy"})"
    );
    REQUIRE_MESSAGE(released.status == 200, released.body);
    life.wait(minutes(10));
    CHECK(told());
}

TEST_CASE("never: somebody who is no party of the dossier is looked up before it is taken in") {
    Example life;
    life.live_until(&Example::check_identity);
    const std::string asks =
        R"({"kind":"confirm","dossier_code":"H56.14-260105-0007","procedure_code":"@procedure","purpose":"Đối chiếu","subject":{"citizen_number":"@number","full_name":"TRẦN THỊ MẪU","birth":"1990"}})";
    const auto asked = [&](const char* procedure, const char* number) {
        std::string body = asks;
        body.replace(body.find("@procedure"), 10, procedure);
        body.replace(body.find("@number"), 7, number);
        return life.post("/v1/identity-checks", body);
    };
    refused(asked("2.000635", "038190000001"), 409, "identity_check.dossier_not_open");
    refused(asked("1.001193", citizen), 409, "identity_check.dossier_not_open");
    CHECK(life.world.partners().population.audit().rows().empty());
    CHECK(asked("2.000635", citizen).text("/outcome") == "match");
    // A refused item is no dossier any more.
    const auto no = life.post(
        "/v1/inbox/" + life.inbox_id + "/refuse",
        R"({"reason_code":"R1","reason_vi":"Không thuộc thẩm quyền","officer":{"officer_code":"CB0001","name":"Cán bộ Mẫu"}})"
    );
    REQUIRE_MESSAGE(no.status == 200, no.body);
    refused(asked("2.000635", citizen), 409, "identity_check.dossier_not_open");
}

}  // namespace gw::worked_example
