// The kept state of a partner in JSON and back.
#include "gateway/engine/partner_state.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/stored.hpp"

#include <cmath>
#include <cstdlib>

namespace gw::engine {
namespace {

using core::BreakerKept;
using core::Document;
using core::Instant;

std::int64_t integer_of(const Document& body, std::string_view name) {
    const Document* found = body.find(name);
    return found == nullptr ? 0 : found->as_integer().value_or(0);
}

void set_time(Document& body, const char* name, Instant at) {
    if (at != Instant{}) body.set(name, Document::number(core::to_ms(at)));
}

Document breaker_json(const BreakerKept& kept, const std::string& text) {
    auto body = Document::object();
    body.set("state", Document::text(std::string(to_word(kept.state))));
    body.set("openings", Document::number(kept.openings));
    set_time(body, "until", kept.until);
    set_time(body, "closed_at", kept.closed_at);
    if (kept.forced) body.set("forced", Document::boolean(true));
    if (!text.empty()) body.set("text_vi", Document::text(text));
    return body;
}

BreakerKept read_breaker(const Document& body) {
    BreakerKept kept;
    const auto state = body.text_of("state");
    if (state == "open") kept.state = BreakerKept::State::open;
    if (state == "half_open") kept.state = BreakerKept::State::half_open;
    kept.openings = static_cast<int>(integer_of(body, "openings"));
    kept.until = core::from_ms(integer_of(body, "until"));
    kept.closed_at = core::from_ms(integer_of(body, "closed_at"));
    const Document* forced = body.find("forced");
    kept.forced = forced != nullptr && forced->as_boolean();
    return kept;
}

using Counts = std::map<std::string, std::int64_t>;

Document counts_json(const Counts& counts) {
    auto body = Document::object();
    for (const auto& [agency, n] : counts) body.set(agency, Document::number(n));
    return body;
}

Counts read_counts(const Document& body, std::string_view name) {
    Counts counts;
    if (const Document* found = body.find(name); found != nullptr)
        for (const auto& row : found->members())
            counts[row.name] = row.value.as_integer().value_or(0);
    return counts;
}

Document quota_json(const core::QuotaKept& kept) {
    auto body = Document::object();
    body.set("day", Document::text(core::to_iso_day(kept.day)));
    body.set("reserved", Document::number(kept.reserved));
    body.set("by_agency", counts_json(kept.by_agency));
    body.set("lent", counts_json(kept.lent));
    return body;
}

core::QuotaKept read_quota(const Document& body) {
    core::QuotaKept kept;
    const auto day = core::parse_iso_day(body.text_of("day"));
    if (!day) return kept;
    kept.day = *day;
    kept.reserved = integer_of(body, "reserved");
    kept.by_agency = read_counts(body, "by_agency");
    kept.lent = read_counts(body, "lent");
    return kept;
}

}  // namespace

std::string to_json(const PartnerKept& kept) {
    auto body = Document::object(), breakers = Document::object();
    for (std::size_t i = 0; i < groups; ++i)
        breakers.set(
            std::string(to_word(static_cast<core::Group>(i))),
            breaker_json(kept.breakers[i], kept.texts[i])
        );
    body.set("breakers", std::move(breakers));
    if (kept.ceiling != core::LearnedCeiling()) {
        auto ceiling = Document::object();
        ceiling.set("per_hour", Document::number(std::llround(kept.ceiling.per_s * 3'600)));
        set_time(ceiling, "at", kept.ceiling.at);
        ceiling.set("quiet_p99_ms", Document::number(kept.ceiling.quiet_p99.count()));
        body.set("ceiling", std::move(ceiling));
    }
    if (kept.quota.reserved > 0) body.set("quota", quota_json(kept.quota));
    return formats::write_json(body);
}

PartnerKept read_partner_state(const std::string& json) {
    PartnerKept kept;
    const auto body = formats::read_stored(json);
    if (!body) return kept;
    if (const Document* breakers = body->find("breakers"); breakers != nullptr)
        for (const auto& member : breakers->members()) {
            const auto group = group_of(member.name);
            if (!group) continue;
            const auto i = static_cast<std::size_t>(*group);
            kept.breakers[i] = read_breaker(member.value);
            kept.texts[i] = member.value.text_of("text_vi");
        }
    if (const Document* ceiling = body->find("ceiling"); ceiling != nullptr) {
        kept.ceiling.per_s = static_cast<double>(integer_of(*ceiling, "per_hour")) / 3'600;
        kept.ceiling.at = core::from_ms(integer_of(*ceiling, "at"));
        kept.ceiling.quiet_p99 = core::Duration(integer_of(*ceiling, "quiet_p99_ms"));
    }
    if (const Document* quota = body->find("quota"); quota != nullptr)
        kept.quota = read_quota(*quota);
    return kept;
}

ports::Acceptance keep_partner(const std::string& partner, const PartnerKept& kept, Instant now) {
    ports::Acceptance a;
    a.needed = true;
    core::ObjectWrite write;
    write.expected_version = -1;
    write.object.kind = partner_state_kind;
    write.object.id = partner;
    write.object.state = "kept";
    write.object.body = to_json(kept);
    write.object.created_at = write.object.updated_at = now;
    a.message.partner = "engine";
    a.message.kind = "partner.state_kept";
    a.message.received_at = now;
    a.message.body = std::make_shared<const std::string>("{}");
    a.message.digest = crypto::sha256(*a.message.body);
    a.objects.push_back(std::move(write));
    return a;
}

bool differs(const PartnerKept& saved, const PartnerKept& present) {
    if (saved.breakers != present.breakers || saved.texts != present.texts) return true;
    if (saved.ceiling.per_s != present.ceiling.per_s) return true;
    const auto before = saved.ceiling.quiet_p99, after = present.ceiling.quiet_p99;
    return after * 4 > before * 5 || after * 5 < before * 4;
}

}  // namespace gw::engine
