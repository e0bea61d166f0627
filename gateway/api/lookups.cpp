// Look-ups of persons for inspectors: lists by officer, unit, procedure, day or person, and what
// stands out (PD-15, PD-18, PD-19, PD-21). On the administration socket; every reading is audited.
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/reason.hpp"
#include "gateway/core/identity_report.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;

constexpr std::size_t rows_max = 50'000;

struct Wanted {
    Wanted() = default;
    core::Instant from{}, to{};
    std::string officer, unit, procedure, mark;
    bool fits(const Document& check) const {
        const auto at = core::parse_rfc3339(check.text_of("asked_at"));
        if (!at || *at < from || *at >= to) return false;
        const auto same = [&check](const char* name, const std::string& wanted) {
            return wanted.empty() || check.text_of(name) == wanted;
        };
        return same("officer", officer) && same("unit", unit) &&
               same("procedure_code", procedure) && same("person_mark", mark);
    }
};

/// The refusal, or nullopt. A person is looked for by the mark of the number, which is not kept.
std::optional<Reply> read_wanted(Context& context, const Call& call, Wanted& wanted) {
    const auto from = core::parse_iso_day(call.body.text_of("from"));
    const auto to = core::parse_iso_day(call.body.text_of("to", call.body.text_of("from")));
    if (!from)
        return refuse_field(call, core::Finding("/from", "field.format", {"from", "2026-03-02"}));
    if (!to) return refuse_field(call, core::Finding("/to", "field.format", {"to", "2026-03-02"}));
    wanted.from = core::at_local(*from);
    wanted.to = core::at_local(*to, std::chrono::hours(24));
    wanted.officer = call.body.text_of("officer");
    wanted.unit = call.body.text_of("unit");
    wanted.procedure = call.body.text_of("procedure_code");
    const auto number = call.body.text_of("person");
    if (number.empty()) return std::nullopt;
    const auto mac = context.parts.signer->hmac_sha256("identity_audit", number);
    if (!mac) return refuse(call, mac.error());
    wanted.mark = crypto::to_hex(*mac).substr(0, 32);
    return std::nullopt;
}

Document shown(const Document& check) {
    auto row = Document::object();
    for (const char* name :
         {"id",
          "asked_at",
          "officer",
          "unit",
          "procedure_code",
          "dossier_code",
          "kind",
          "purpose",
          "haste_reason",
          "person_mark"})
        row.set(name, Document::text(check.text_of(name)));
    row.set("outcome", Document::text(check.text_of("state")));
    return row;
}

asio::awaitable<core::Result<std::vector<Document>>> find(Context& context, Wanted wanted) {
    std::vector<Document> found;
    ports::ObjectFilter filter;
    filter.kind = "identity_check";
    filter.updated_after = wanted.from - core::Duration(1);
    if (!wanted.officer.empty()) filter.ref = wanted.officer;
    filter.limit = 500;
    bool more = true;
    while (more && found.size() < rows_max) {
        auto page = co_await context.parts.store->objects(filter);
        if (!page) co_return page.error();
        for (const auto& object : page->items) {
            auto check = formats::read_stored(object.body);
            if (check && wanted.fits(*check)) found.push_back(std::move(*check));
        }
        more = !page->next.empty();
        filter.after = std::move(page->next);
    }
    std::stable_sort(found.begin(), found.end(), [](const Document& a, const Document& b) {
        return a.text_of("asked_at") < b.text_of("asked_at");
    });
    co_return found;
}

/// Only persons of the office read this, each time with a reason on record.
asio::awaitable<Reply> noted(Context& context, Call& call, std::string reason, Document body) {
    auto detail = Document::object();
    detail.set("reason_vi", Document::text(reason));
    for (const char* name : {"from", "to", "officer", "unit", "procedure_code"})
        if (const auto value = call.body.text_of(name); !value.empty())
            detail.set(name, Document::text(value));
    detail.set("one_person", Document::boolean(!call.body.text_of("person").empty()));
    ports::Acceptance acceptance;
    acceptance.audit.push_back(audit_row(call, "identity_checks", formats::write_json(detail)));
    acceptance.needed = true;
    // Whose number it was is not kept with the call.
    call.raw = std::make_shared<const std::string>();
    call.digest = crypto::sha256("");
    Reply reply(200, formats::write_json(body));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    co_return std::move(done.reply);
}

}  // namespace

asio::awaitable<Reply> admin_lookups(Context& context, Call& call) {
    std::string reason;
    if (auto refusal = read_reason(call, reason); refusal) co_return std::move(*refusal);
    Wanted wanted;
    if (auto refusal = read_wanted(context, call, wanted); refusal) co_return std::move(*refusal);
    auto found = co_await find(context, std::move(wanted));
    if (!found) co_return refuse(call, found.error());
    auto items = Document::list();
    for (const auto& check : *found) items.push(shown(check));
    auto body = Document::object();
    body.set("truncated", Document::boolean(found->size() >= rows_max));
    body.set("items", std::move(items));
    auto reply = co_await noted(context, call, std::move(reason), std::move(body));
    co_return reply;
}

asio::awaitable<Reply> admin_lookup_anomalies(Context& context, Call& call) {
    std::string reason;
    if (auto refusal = read_reason(call, reason); refusal) co_return std::move(*refusal);
    call.body.set("to", Document::text(call.body.text_of("from")));
    Wanted wanted;
    if (auto refusal = read_wanted(context, call, wanted); refusal) co_return std::move(*refusal);
    auto found = co_await find(context, std::move(wanted));
    if (!found) co_return refuse(call, found.error());
    std::vector<core::LookupRecord> records;
    for (const auto& check : *found) {
        core::LookupRecord record;
        record.asked_at = core::parse_rfc3339(check.text_of("asked_at")).value_or(core::Instant());
        record.officer = check.text_of("officer");
        record.outcome = check.text_of("state");
        records.push_back(std::move(record));
    }
    auto items = Document::list();
    for (const auto& one : core::lookup_anomalies(records, *context.parts.calendar)) {
        auto row = Document::object();
        row.set("officer", Document::text(one.officer));
        row.set("asked", Document::number(one.asked));
        row.set("usual", Document::number(one.usual));
        row.set("many", Document::boolean(one.many));
        row.set("outside_hours", Document::number(one.outside_hours));
        row.set("not_found_in_a_row", Document::number(one.not_found_in_a_row));
        items.push(std::move(row));
    }
    auto body = Document::object();
    body.set("day", Document::text(call.body.text_of("from")));
    body.set("asked", Document::number(static_cast<std::int64_t>(records.size())));
    body.set("items", std::move(items));
    auto reply = co_await noted(context, call, std::move(reason), std::move(body));
    co_return reply;
}

}  // namespace gw::api
