// The inbox: what the portal handed over is claimed, its files are checked, it is acknowledged.
#include "simulators/onestop/clerk.hpp"
#include "simulators/onestop/json.hpp"

#include <utility>

namespace sim::onestop {
namespace {
constexpr const char* officer = "CB0001";

const rapidjson::Value* member(const rapidjson::Value& object, const char* name) {
    if (!object.IsObject()) return nullptr;
    const auto it = object.FindMember(name);
    return it == object.MemberEnd() ? nullptr : &it->value;
}

std::string component_of(const rapidjson::Value& payload, const std::string& file) {
    const auto* documents = member(payload, "documents");
    if (documents == nullptr || !documents->IsArray()) return {};
    for (const auto& document : documents->GetArray())
        if (text_of(document, "name") == file) return text_of(document, "component_code");
    return {};
}

void read_owner(const rapidjson::Value& payload, InboxItem& item) {
    const auto* owner = member(payload, "owner");
    if (owner == nullptr) return;
    item.owner = text_of(*owner, "full_name");
    const auto* identities = member(*owner, "identities");
    if (identities != nullptr && identities->IsArray() && !identities->Empty())
        item.owner_number = text_of((*identities)[0], "number");
}

InboxItem read_item(const std::string& body) {
    InboxItem item;
    rapidjson::Document whole;
    whole.Parse(body.c_str());
    const auto* payload = member(whole, "payload");
    if (payload == nullptr) return item;
    item.id = text_of(whole, "id");
    item.kind = text_of(whole, "kind");
    item.dossier = text_of(whole, "dossier_code");
    if (const auto* procedure = member(*payload, "procedure"))
        item.procedure = text_of(*procedure, "code");
    read_owner(*payload, item);
    const auto* manifest = member(whole, "manifest");
    if (manifest == nullptr || !manifest->IsArray()) return item;
    for (const auto& file : manifest->GetArray()) {
        Paper paper;
        paper.name = text_of(file, "name");
        paper.attachment = text_of(file, "attachment_id");
        paper.sha256 = text_of(file, "sha256");
        paper.component = component_of(*payload, paper.name);
        item.papers.push_back(std::move(paper));
    }
    return item;
}

Request inbox_list(const char* state) {
    Request list;
    list.method = "GET";
    list.path = std::string("/v1/inbox?limit=100&state=") + state;
    return list;
}
std::vector<std::string> ids_of(const Reply& page) {
    std::vector<std::string> ids;
    rapidjson::Document answer;
    answer.Parse(page.body.c_str());
    const auto* items = member(answer, "items");
    if (page.status != 200 || items == nullptr) return ids;
    for (const auto& item : items->GetArray()) ids.push_back(text_of(item, "id"));
    return ids;
}
}  // namespace

void Clerk::hear(const FeedEvent& event) {
    if (event.type != "inbox.item_ready" || event.subject.empty()) return;
    if (heard_.insert(event.subject).second) to_claim_.push_back(event.subject);
}

asio::awaitable<void> Clerk::look_into_inbox() {
    Request list = inbox_list("ready");
    const auto page = co_await client_.call(std::move(list));
    for (auto& id : ids_of(page))
        if (heard_.insert(id).second) to_claim_.push_back(std::move(id));
}

asio::awaitable<int> Clerk::inbox_left() {
    int left = 0;
    for (const char* state : {"ready", "claimed", "collecting", "failed"}) {
        Request list = inbox_list(state);
        const auto page = co_await client_.call(std::move(list));
        if (page.status != 200) co_return -1;
        left += static_cast<int>(ids_of(page).size());
    }
    co_return left;
}

asio::awaitable<void> Clerk::work_inbox() {
    auto next_look = clock_.now() + core::Duration(5'000);
    while (true) {
        if (clock_.now() >= next_look) {
            co_await look_into_inbox();
            next_look = clock_.now() + core::Duration(5'000);
        }
        if (to_claim_.empty()) {
            const auto soon = clock_.now() + core::Duration(20);
            co_await clock_.sleep_until(soon);
            continue;
        }
        std::string id = std::move(to_claim_.front());
        to_claim_.pop_front();
        working_ = true;
        const bool done = co_await take_item(id);
        if (!done) ledger_.surprise("inbox item " + id + " could not be taken");
        working_ = false;
    }
}

asio::awaitable<bool> Clerk::fetch(const Paper& paper) {
    Request request;
    request.method = "GET";
    request.path = "/v1/attachments/" + paper.attachment + "/content";
    const auto reply = co_await client_.call(std::move(request));
    const std::string digest = sha256_hex(reply.body);
    if (reply.status != 200 || digest != paper.sha256) {
        ledger_.surprise(
            "the file " + paper.attachment + " is not the one of its manifest (status " +
            std::to_string(reply.status) + ")"
        );
        co_return false;
    }
    ledger_.fetched.insert(digest);
    co_return true;
}

asio::awaitable<bool> Clerk::take_item(std::string id) {
    Request claim;
    claim.path = "/v1/inbox/" + id + "/claim";
    const auto reply = co_await post(std::move(claim), 200);
    if (reply.status != 200) co_return false;
    InboxItem item = read_item(reply.body);
    if (item.id != id) co_return false;
    for (const Paper& paper : item.papers) {
        const bool right = co_await fetch(paper);
        if (!right) co_return false;
    }
    const std::string code = item.dossier;
    const bool nobodys = item.kind != "dossier" && !ledger_.promises.contains(code);
    if (nobodys) {
        const bool refused = co_await refuse(id);
        co_return refused;
    }
    const bool first = item.kind == "dossier" && !arrived_.contains(code);
    if (first) {  // the dossier is created when its life begins; then the item is acknowledged
        arrived_[code] = std::move(item);
        co_return true;
    }
    const bool acknowledged = co_await acknowledge(id, code, "updated");
    co_return acknowledged;
}

asio::awaitable<bool> Clerk::acknowledge(std::string id, std::string code, std::string outcome) {
    Request request;
    request.path = "/v1/inbox/" + id + "/ack";
    Json j;
    request.body = j.begin().set("dossier_code", code).set("outcome", outcome).end().text();
    const auto reply = co_await post(std::move(request), 200);
    if (!reply.reached || reply.status != 200) co_return false;
    ++ledger_.inbox_taken;
    co_return true;
}

/// A tax notice of a dossier that is not ours goes back with the reason.
asio::awaitable<bool> Clerk::refuse(std::string id) {
    Request request;
    request.path = "/v1/inbox/" + id + "/refuse";
    Json j;
    j.begin().set("reason_code", "UNKNOWN").set("reason_vi", "Đơn vị không có hồ sơ này");
    j.name("officer").begin().set("officer_code", officer).set("name", "Cán bộ Mẫu").end();
    request.body = j.end().text();
    const auto reply = co_await post(std::move(request), 200);
    if (!reply.reached || reply.status != 200) co_return false;
    ++ledger_.inbox_taken;
    co_return true;
}

asio::awaitable<bool> Clerk::wait_for_item(const Life& life) {
    const auto patience = clock_.now() + core::Duration(180'000);
    while (!arrived_.contains(life.code)) {
        if (clock_.now() > patience) {
            ledger_.surprise(life.code + " was filed on the portal but never reached the inbox");
            co_return false;
        }
        const auto soon = clock_.now() + core::Duration(50);
        co_await clock_.sleep_until(soon);
    }
    const InboxItem& item = arrived_[life.code];
    const auto& number =
        life.owner.tax_code.empty() ? life.owner.citizen_number : life.owner.tax_code;
    if (item.procedure != life.procedure || item.owner != life.owner.name ||
        item.owner_number != number)
        ledger_.surprise(life.code + ": the inbox says something else than the portal filed");
    co_return true;
}

}  // namespace sim::onestop
