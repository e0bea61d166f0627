// The clerk's daily calls: create, progress, results, inbox.
#include "simulators/onestop/clerk.hpp"

#include "simulators/onestop/json.hpp"
#include "simulators/onestop/promise.hpp"

#include <utility>

namespace sim::onestop {
namespace {
constexpr const char* officer = "CB0001";
constexpr const char* officer_name = "Cán bộ Mẫu";

void person(Json& j, const Person& p) {
    const bool enterprise = !p.tax_code.empty();
    j.begin().set("kind", enterprise ? "enterprise" : "citizen").set("full_name", p.name);
    j.name("identities").list().begin();
    j.set("kind", enterprise ? "tax_code" : "citizen_number")
        .set("number", enterprise ? p.tax_code : p.citizen_number)
        .end()
        .end_list();
    if (!enterprise) j.set("birth", std::to_string(p.birth_year)).set("sex", p.sex);
    j.set("phone", p.phone).end();
}
void officer_ref(Json& j, const char* name) {
    j.name(name).begin().set("officer_code", officer).set("name", officer_name).end();
}
std::string dossier_body(const Life& life, const std::vector<Paper>& papers) {
    Json j;
    j.begin().set("code", life.code).name("procedure").begin().set("code", life.procedure).end();
    j.set("channel", life.channel)
        .set("origin", life.from_portal ? "national_portal" : "local")
        .set("status", life.first_status);
    person(j.name("owner"), life.owner);
    j.set("summary", life.summary);
    const std::string unit = life.code.substr(0, life.code.find('-'));
    j.name("receiving_unit")
        .begin()
        .set("code", unit)
        .set("name", "Trung tâm Phục vụ hành chính công (mẫu)")
        .end();
    j.name("deciding_agency").begin().set("code", unit).set("name", "Ủy ban nhân dân xã Mẫu").end();
    j.set("submitted_at", core::to_rfc3339(life.submitted_at));
    if (life.first_status == "received")
        j.set("received_at", core::to_rfc3339(life.received_at))
            .set("due_at", core::to_rfc3339(life.due_at));
    j.set("result_delivery", life.delivery)
        .set_flag("vneid_verified", life.from_portal)
        .name("documents")
        .list();
    for (const Paper& paper : papers) {
        j.begin();
        if (!paper.component.empty()) j.set("component_code", paper.component);
        j.set("name", paper.name).set("attachment_id", paper.attachment);
        j.set("copy_kind", "electronic").set_flag("digitised", paper.digitised).end();
    }
    j.end_list().name("fees").list();
    for (const auto& fee : life.fees) {
        j.begin()
            .set("code", fee.code)
            .set("name", fee.name)
            .set("kind", "ordinary")
            .set("nature", "charge");
        j.set("collect_when", "at_reception")
            .set("unit_amount", fee.unit_amount)
            .set("quantity", fee.quantity)
            .end();
    }
    return j.end_list().end().text();
}
}  // namespace

Clerk::Clerk(
    Client& client,
    Ledger& ledger,
    ports::Clock& clock,
    ports::Random& random,
    kit::Faults& mistakes
)
    : client_(client), ledger_(ledger), clock_(clock), random_(random), mistakes_(mistakes) {}

/// Files of the counter are uploaded; those of the portal are in the gateway already.
asio::awaitable<bool> Clerk::papers_of(const Life& life, std::vector<Paper>& papers) {
    if (life.from_portal) {
        papers = arrived_[life.code].papers;
        // A promotion notice names no components: the counter files its papers itself.
        for (std::size_t i = 0; i < papers.size(); ++i)
            if (papers[i].component.empty())
                papers[i].component = "TP-MAU-0" + std::to_string(i + 1);
        co_return true;
    }
    for (std::size_t i = 0; i < life.papers.size(); ++i) {
        const PaperFile& file = life.papers[i];
        Paper paper;
        paper.component = file.component;
        paper.name = file.name;
        paper.digitised = file.digitised;
        paper.sha256 = sha256_hex(make_file(file.bytes, life.seed + i));
        std::string name = "giay-to-" + std::to_string(i + 1) + ".pdf";
        paper.attachment = co_await upload(file.bytes, life.seed + i, std::move(name));
        if (paper.attachment.empty()) co_return false;
        papers.push_back(std::move(paper));
    }
    co_return true;
}

asio::awaitable<bool> Clerk::create(const Life& life, Promise& promise) {
    std::vector<Paper> papers;
    const bool ready = co_await papers_of(life, papers);
    if (!ready) co_return false;
    Request request;
    request.path = "/v1/dossiers";
    request.body = dossier_body(life, papers);
    const auto reply = co_await post(std::move(request), 201);
    if (!reply.reached || reply.status != 201) co_return false;
    for (const Paper& paper : papers)
        promise.files.push_back({paper.name, paper.component, paper.sha256, false});
    promise_created(life, promise);
    promise.etag = reply.etag;
    if (life.from_portal) {
        std::string id = arrived_[life.code].id;
        const bool acknowledged = co_await acknowledge(std::move(id), life.code, "created");
        if (!acknowledged)
            ledger_.surprise("the inbox item of " + life.code + " could not be acknowledged");
    }
    co_return true;
}

asio::awaitable<bool> Clerk::simple(std::string path, std::string body, Promise& promise) {
    Request request;
    request.path = std::move(path);
    request.body = std::move(body);
    const auto reply = co_await post(std::move(request), 200);
    if (!reply.etag.empty()) promise.etag = reply.etag;
    co_return reply.reached&& reply.status == 200;
}

asio::awaitable<bool> Clerk::progress(const Life& life, const Step& step, Promise& promise) {
    Request request;
    request.path = "/v1/dossiers/" + life.code + "/progress";
    Json j;
    j.begin().set("at", core::to_rfc3339(step.at));
    officer_ref(j, "officer");
    request.body = j.set("text", step.text).set("status", step.status).end().text();
    const auto reply = co_await post(std::move(request), 201);
    if (!reply.reached || reply.status != 201) co_return false;
    if (!reply.etag.empty()) promise.etag = reply.etag;
    promise_progress(promise, step.at, officer_name, step.text, step.status);
    co_return true;
}

asio::awaitable<bool> Clerk::supplement(const Life& life, const Step& step, Promise& promise) {
    Request request;
    Json j;
    request.path = "/v1/dossiers/" + life.code + "/supplements";
    j.begin();
    officer_ref(j, "requested_by");
    j.set("requested_at", core::to_rfc3339(step.at)).set("text", step.text);
    j.name("papers").list().value(life.papers[0].component).end_list();
    j.set("deadline", core::to_iso_day(core::local_day(step.at + std::chrono::days(10))))
        .set("old_due_at", core::to_rfc3339(life.due_at));
    request.body = j.end().text();
    const auto reply = co_await post(std::move(request), 201);
    if (!reply.reached || reply.status != 201) co_return false;
    rapidjson::Document answer;
    answer.Parse(reply.body.c_str());
    supplement_[life.code] = text_of(answer, "id");
    if (!reply.etag.empty()) promise.etag = reply.etag;
    promise_supplement_requested(promise, step.at);
    co_return true;
}

asio::awaitable<bool> Clerk::receive(const Life& life, const Step& step, Promise& promise) {
    const std::string file = co_await upload(step.file_bytes, life.seed + 77, "bo-sung.pdf");
    if (file.empty()) co_return false;
    Request request;
    request.path =
        "/v1/dossiers/" + life.code + "/supplements/" + supplement_[life.code] + "/receive";
    const char* name = "Bản chụp lại";
    const std::string& component = life.papers[0].component;
    Json j;
    j.begin().set("received_at", core::to_rfc3339(step.at));
    officer_ref(j, "received_by");
    j.name("documents").list().begin().set("component_code", component).set("name", name);
    j.set("attachment_id", file).set("copy_kind", "electronic");
    j.set_flag("digitised", true).end().end_list();
    j.set("new_due_at", core::to_rfc3339(life.due_at)).set("resume", step.status);
    request.body = j.end().text();
    const auto reply = co_await post(std::move(request), 200);
    if (!reply.reached || reply.status != 200) co_return false;
    if (!reply.etag.empty()) promise.etag = reply.etag;
    std::string digest = sha256_hex(make_file(step.file_bytes, life.seed + 77));
    promise.files.push_back({name, component, std::move(digest), false});
    promise_supplement_received(promise, step.at, step.status);
    co_return true;
}

asio::awaitable<bool> Clerk::patch(const Step& step, Promise& promise) {
    Request request;
    request.method = "PATCH";
    request.path = "/v1/dossiers/" + promise.code;
    request.actor = officer;
    Json j;
    request.body = j.begin().set("note", step.text).end().text();
    if (errs("stale_if_match", request.path, promise.code)) {
        Request stale = request;
        stale.if_match = "\"999999\"";
        const auto refused = co_await client_.call(std::move(stale));
        if (refused.reached && refused.code != "version.conflict")
            ledger_.surprise("stale If-Match: " + std::to_string(refused.status));
        else
            ++ledger_.refused_as_expected;
    }
    Reply reply;
    for (int round = 0; round < 5; ++round) {
        Request once = request;
        once.if_match = promise.etag;
        reply = co_await client_.call(std::move(once));
        if (!reply.reached) co_return false;
        if (reply.code != "version.conflict") break;
        // The version moved on: by our own PATCH whose answer was lost, or by somebody else, a
        // payment for instance.
        const bool done = co_await look_again(promise, step.text);
        if (done) reply.status = 200;
        if (done) break;
    }
    if (reply.status != 200) {
        ledger_.surprise(
            "PATCH: " + std::to_string(reply.status) + " " + reply.body.substr(0, 300)
        );
        co_return false;
    }
    if (!reply.etag.empty()) promise.etag = reply.etag;
    promise.fields["GhiChu"] = step.text;
    co_return true;
}

asio::awaitable<bool> Clerk::look_again(Promise& promise, const std::string& note) {
    Request request;
    request.method = "GET";
    request.path = "/v1/dossiers/" + promise.code;
    const auto reply = co_await client_.call(std::move(request));
    promise.etag = reply.etag;
    rapidjson::Document dossier;
    dossier.Parse(reply.body.c_str());
    co_return text_of(dossier, "note") == note;
}

asio::awaitable<void> Clerk::out_of_order(Promise& promise, core::Instant moment) {
    // From 1 and 5 there is a step to 1 (a note, a resubmission); to 10 there is none.
    const std::string& now = promise.fields["TrangThaiHoSo"];
    const char* wanted = now.empty() || now == "5" ? "returned" : "registered";
    Request request;
    request.path = "/v1/dossiers/" + promise.code + "/progress";
    request.key = client_.new_key();
    request.actor = officer;
    Json j;
    j.begin().set("at", core::to_rfc3339(moment));
    officer_ref(j, "officer");
    request.body = j.set("text", "Bước không thể có").set("status", wanted).end().text();
    const auto reply = co_await client_.call(std::move(request));
    if (reply.reached && reply.status != 422 && reply.status != 409)
        ledger_.surprise(
            "impossible step at " + promise.code + ": " + std::to_string(reply.status)
        );
    else
        ++ledger_.refused_as_expected;
}

asio::awaitable<bool> Clerk::survey(const Step& step, Promise& promise) {
    Request request;
    request.method = "PUT";
    request.path = "/v1/dossiers/" + promise.code + "/survey";
    request.actor = officer;
    Json j;
    j.begin().set("satisfaction", "very_satisfied").set("given_by", "citizen");
    j.set("given_at", core::to_rfc3339(step.at));
    request.body = j.end().text();
    request.if_match = "*";
    const auto reply = co_await client_.call(std::move(request));
    if (reply.reached && reply.status != 200)
        ledger_.surprise(
            "survey: " + std::to_string(reply.status) + " " + reply.body.substr(0, 300)
        );
    co_return reply.status == 200;
}

asio::awaitable<bool> Clerk::step(const Life& life, const Step& s, Promise& promise) {
    bool done = false;
    if (s.kind == StepKind::progress) {
        done = co_await progress(life, s, promise);
    } else if (s.kind == StepKind::request_supplement) {
        done = co_await supplement(life, s, promise);
    } else if (s.kind == StepKind::receive_supplement) {
        done = co_await receive(life, s, promise);
    } else if (s.kind == StepKind::add_result) {
        done = co_await result(life, s, promise);
    } else if (s.kind == StepKind::patch_note) {
        done = co_await patch(s, promise);
    } else if (s.kind == StepKind::withdraw) {
        Json j;
        std::string body =
            j.begin().set("reason_vi", s.text).set("at", core::to_rfc3339(s.at)).end().text();
        done = co_await simple("/v1/dossiers/" + life.code + "/withdraw", std::move(body), promise);
        if (done) promise_withdrawn(promise, s.at);
    } else if (s.kind == StepKind::survey) {
        done = co_await survey(s, promise);
    } else {
        done = true;
    }
    co_return done;
}

asio::awaitable<void> Clerk::play(Life life, std::function<core::Instant(core::Instant)> when) {
    co_await clock_.sleep_until(when(life.received_at));
    ++playing_;
    Promise& promise = ledger_.promises[life.code];
    promise.code = life.code;
    promise.from_portal = life.from_portal;
    bool going = true;
    if (life.from_portal) going = co_await wait_for_item(life);
    if (going) going = co_await create(life, promise);
    promise.accepted = going;
    if (going && after_step_) after_step_(life, nullptr);
    if (going && services_ != nullptr) {
        co_await services_->check_identity(life);
        const bool owes = life.first_status == "received" && !life.fees.empty();
        if (owes) going = co_await services_->pay(life, promise);
    }
    for (const auto& s : life.steps) {
        if (!going) break;
        co_await clock_.sleep_until(when(s.at));
        const bool wrong = errs("out_of_order", "progress", life.code);
        if (wrong) co_await out_of_order(promise, s.at);
        going = co_await step(life, s, promise);
        if (going && after_step_) after_step_(life, &s);
        const bool goes_home = going && services_ != nullptr && s.status == "finished";
        if (goes_home) going = co_await services_->book_return(life);
    }
    promise.finished_story = going;
    --playing_;
}

}  // namespace sim::onestop
