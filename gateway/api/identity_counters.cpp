// What was counted of identity checks on one day.
#include "gateway/api/identity_counters.hpp"

#include "gateway/crypto/digest.hpp"

namespace gw::api {

namespace {

using core::Document;

constexpr std::string_view count_kind = "identity_quota";

asio::awaitable<core::Result<Counter>> read_counter(
    Context& context, std::string tenant, std::string id
) {
    auto stored = co_await read_object(context, std::string(count_kind), std::move(tenant), id);
    if (!stored) co_return stored.error();
    Counter counter;
    counter.id = std::move(id);
    if (stored->found) {
        counter.version = stored->object.version;
        counter.body = std::move(stored->body);
    }
    co_return counter;
}

/// Who was asked about, so that "who looked at this person" can be answered without the number
/// (PD-17).
std::string person_mark(const Context& context, const Document& subject) {
    const std::string number = subject.text_of("citizen_number", subject.text_of("old_id_number"));
    const auto mac = context.parts.signer->hmac_sha256("identity_audit", number);
    return mac ? crypto::to_hex(*mac).substr(0, 32) : std::string();
}

}  // namespace

std::vector<core::Instant> Counter::recent(core::Instant now) const {
    std::vector<core::Instant> times;
    const Document* list = body.find("recent");
    if (list == nullptr) return times;
    for (const Document& item : list->items()) {
        const auto at = core::parse_rfc3339(item.as_text());
        if (at && now - *at < std::chrono::minutes(10)) times.push_back(*at);
    }
    return times;
}

void Counter::add_recent(core::Instant now) {
    auto times = recent(now);
    times.push_back(now);
    if (times.size() > 50) times.erase(times.begin());
    auto list = Document::list();
    for (const auto at : times) list.push(Document::text(core::to_rfc3339(at)));
    body.set("recent", std::move(list));
}

core::AskedBefore before_of(const Counters& c, core::Instant now) {
    core::AskedBefore before;
    before.officer_hour = c.officer.of("hour " + c.hour);
    before.officer_day = c.officer.of("day");
    before.person_day = c.officer.of("person " + c.person);
    before.unit_day = c.province.of("unit " + c.unit);
    before.province_day = c.province.of("day");
    before.officer_ten_minutes = static_cast<int>(c.officer.recent(now).size());
    return before;
}

void raise(Counters& c, core::Instant now) {
    c.officer.add_recent(now);
    c.officer.raise("hour " + c.hour);
    c.officer.raise("day");
    c.officer.raise("person " + c.person);
    c.province.raise("unit " + c.unit);
    c.province.raise("day");
}

core::ObjectDraft draft_of(const Counter& counter) {
    core::ObjectDraft draft;
    draft.kind = count_kind;
    draft.id = counter.id;
    draft.state = "counting";
    draft.body = counter.body;
    draft.expected_version = counter.version;
    return draft;
}

asio::awaitable<core::Result<Counters>> read_counters(
    Context& context, const Call& call, std::string unit
) {
    const std::string now = core::to_rfc3339(call.now), day = now.substr(0, 10);
    Counters counters;
    auto officer = co_await read_counter(context, call.who.tenant, day + "/" + call.who.officer);
    if (!officer) co_return officer.error();
    auto province = co_await read_counter(context, call.who.tenant, day);
    if (!province) co_return province.error();
    counters.officer = std::move(*officer);
    counters.province = std::move(*province);
    counters.hour = now.substr(11, 2);
    counters.unit = std::move(unit);
    counters.person = person_mark(context, *call.body.find("subject"));
    co_return counters;
}

}  // namespace gw::api
