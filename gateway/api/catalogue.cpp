// The catalogue: procedures, agencies, administrative units, code lists, mappings (contract 3.10).
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/pages.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/core/identifiers.hpp"
#include "gateway/core/text.hpp"
#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::api {

namespace {

using core::Document;

/// 200 with an ETag by content, or 304.
Reply tagged(const Call& call, std::string body) {
    const auto tag = '"' + crypto::to_hex(crypto::sha256(body)).substr(0, 32) + '"';
    Reply reply(200, std::move(body));
    reply.with("ETag", tag);
    if (ports::header(call.request.headers, "If-None-Match") != tag) return reply;
    reply.status = 304;
    reply.body.clear();
    return reply;
}

Reply tagged_page(const Call& call, Document items) {
    std::string body;
    if (auto refusal = cut_page(call, std::move(items), body)) return std::move(*refusal);
    return tagged(call, std::move(body));
}

/// valid_on of the query, today when missing; nullopt: not a date.
std::optional<core::Day> valid_on(const Call& call) {
    const auto text = value_of(call.query, "valid_on");
    return text.empty() ? core::local_day(call.now) : core::parse_iso_day(text);
}

std::string cell(
    const formats::CsvTable& table, const std::vector<std::string>& row, std::string_view name
) {
    const int column = table.column(name);
    return column < 0 ? std::string() : row[static_cast<std::size_t>(column)];
}

/// An empty or missing bound is open.
bool is_valid(const formats::CsvTable& table, const std::vector<std::string>& row, core::Day day) {
    const auto from = core::parse_iso_day(cell(table, row, "valid_from"));
    const auto to = core::parse_iso_day(cell(table, row, "valid_to"));
    return (!from || *from <= day) && (!to || day <= *to);
}

Document row_json(const formats::CsvTable& table, const std::vector<std::string>& row) {
    auto body = Document::object();
    for (std::size_t i = 0; i < table.columns.size(); ++i)
        if (!row[i].empty()) body.set(table.columns[i], Document::text(row[i]));
    return body;
}

const formats::CsvTable* table_of(const Context& context, std::string_view name) {
    const auto& tables = context.parts.tables;
    const auto found = tables.find(name);
    return found == tables.end() ? nullptr : &found->second;
}

Document rows_on(const formats::CsvTable& table, core::Day day) {
    auto items = Document::list();
    for (const auto& row : table.rows)
        if (is_valid(table, row, day)) items.push(row_json(table, row));
    return items;
}

/// What a list shows of a procedure: not the raw package of the partner.
Document procedure_digest(const Document& procedure) {
    constexpr std::string_view members[] = {
        "code", "short_code", "name", "field", "version", "valid_from", "valid_to"};
    auto body = Document::object();
    for (const auto name : members)
        if (const auto* value = procedure.find(name)) body.set(std::string(name), *value);
    if (body.find("short_code") == nullptr)
        body.set("short_code", Document::text(core::short_procedure(procedure.text_of("code"))));
    return body;
}

/// Money and counts are numbers (contract 1); the portal writes them as texts. What is none stands
/// beside it as "<name>_text".
void count_in_numbers(Document& procedure) {
    constexpr std::pair<const char*, const char*> members[] = {
        {"fees", "amount"},
        {"durations", "amount"},
        {"components", "originals"},
        {"components", "copies"}};
    for (const auto& [list, name] : members) {
        Document* items = procedure.find(list);
        if (items == nullptr || !items->is_list()) continue;
        for (auto& item : items->items()) {
            const Document* value = item.find(name);
            if (value == nullptr || !value->is_text()) continue;
            const auto words = value->as_text();
            item.remove(name);
            if (const auto number = to_number(words); number && *number < 1'000'000'000'000)
                item.set(name, Document::number(static_cast<std::int64_t>(*number)));
            else if (!words.empty())
                item.set(std::string(name) + "_text", Document::text(words));
        }
    }
}

bool procedure_fits(const Document& procedure, const Call& call, const std::string& words) {
    if (!words.empty() &&
        core::to_lower(procedure.text_of("name") + " " + procedure.text_of("code")).find(words) ==
            std::string::npos)
        return false;
    const auto since = core::parse_rfc3339(value_of(call.query, "changed_since"));
    const auto fetched = core::parse_rfc3339(procedure.text_of("fetched_at"));
    if (since && fetched && *fetched < *since) return false;
    const auto agency = value_of(call.query, "agency");
    if (agency.empty()) return true;
    const auto* receivers = procedure.find("receivers");
    if (receivers == nullptr) return false;
    const auto wanted = core::canonical_agency(agency);
    return std::any_of(receivers->items().begin(), receivers->items().end(), [&](const auto& r) {
        return core::canonical_agency(r.text_of("code")) == wanted;
    });
}

const std::string closed_procedure = "procedure_version", closed_list = "code_list_version";
using Version = std::optional<Document>;

bool began_by(const Document& procedure, core::Day day) {
    const auto from = core::parse_iso_day(procedure.text_of("valid_from"));
    return !from || *from <= day;
}

Version unless_over(Document procedure, core::Day day) {
    const auto to = core::parse_iso_day(procedure.text_of("valid_to"));
    if (to && *to < day) return std::nullopt;
    return procedure;
}

/// The version of a procedure or a code list that is valid on a day, among the current one and
/// those it replaced, which are of kind `closed_kind` and refer to `id`; nullopt: none. The oldest
/// one serves earlier days too: it was in force before it was first seen.
asio::awaitable<core::Result<Version>> version_on(
    Context& context,
    const Call& call,
    std::string closed_kind,
    std::string id,
    Document current,
    core::Day day
) {
    if (began_by(current, day)) co_return unless_over(std::move(current), day);
    ports::ObjectFilter filter;
    filter.kind = std::move(closed_kind);
    filter.agency = call.who.tenant;
    filter.ref = std::move(id);
    std::vector<Document> closed;
    do {
        auto page = co_await context.parts.store->objects(filter);
        if (!page) co_return page.error();
        for (const auto& object : page->items)
            if (auto body = formats::read_json(object.body)) closed.push_back(std::move(*body));
        filter.after = std::move(page->next);
    } while (!filter.after.empty());
    if (closed.empty()) co_return unless_over(std::move(current), day);
    std::stable_sort(closed.begin(), closed.end(), [](const Document& a, const Document& b) {
        return a.text_of("valid_from") < b.text_of("valid_from");
    });
    auto chosen = closed.begin();
    for (auto next = chosen; next != closed.end(); ++next)
        if (began_by(*next, day)) chosen = next;
    co_return unless_over(std::move(*chosen), day);
}

Document target_json(
    const formats::CsvTable& merge, const std::vector<std::string>& row, bool back
) {
    auto target = Document::object();
    target.set("code", Document::text(cell(merge, row, back ? "old_code" : "new_code")));
    target.set("name", Document::text(cell(merge, row, back ? "old_name" : "new_name")));
    target.set("kind", Document::text(cell(merge, row, "kind")));
    const bool sure = cell(merge, row, "confidence") == "standard";
    target.set("certainty", Document::text(sure ? "certain" : "likely"));
    return target;
}

}  // namespace

asio::awaitable<Reply> list_procedures(Context& context, Call& call) {
    ports::ObjectFilter filter;
    filter.kind = "procedure";
    filter.agency = call.who.tenant;
    if (auto refusal = read_page(call, filter); refusal) co_return std::move(*refusal);
    const auto day = valid_on(call);
    if (!day) co_return refuse(call, "request.parameter", "valid_on");
    const auto since = value_of(call.query, "changed_since");
    if (!since.empty() && !core::parse_rfc3339(since))
        co_return refuse(call, "request.parameter", "changed_since");
    const auto words = core::to_lower(value_of(call.query, "q"));
    auto page = co_await context.parts.store->objects(std::move(filter));
    if (!page) co_return refuse(call, page.error());
    auto items = Document::list();
    for (const auto& object : page->items) {
        auto body = formats::read_json(object.body);
        if (!body) continue;
        auto version =
            co_await version_on(context, call, closed_procedure, object.id, std::move(*body), *day);
        if (!version) co_return refuse(call, version.error());
        if (!*version || !procedure_fits(**version, call, words)) continue;
        items.push(procedure_digest(**version));
    }
    co_return tagged(call, page_json(std::move(items), page->next));
}

asio::awaitable<Reply> get_procedure(Context& context, Call& call) {
    constexpr std::string_view raw_type = "application/vnd.lienthong.raw+json";
    auto stored = co_await read_object(context, "procedure", call.who.tenant, call.path[0]);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) {
        auto short_code = core::short_procedure(call.path[0]);
        stored = co_await read_object(context, "procedure", call.who.tenant, std::move(short_code));
        if (!stored) co_return refuse(call, stored.error());
    }
    if (!stored->found) co_return refuse(call, "not_found");
    const auto day = valid_on(call);
    if (!day) co_return refuse(call, "request.parameter", "valid_on");
    if (!value_of(call.query, "valid_on").empty()) {
        auto version = co_await version_on(
            context, call, closed_procedure, stored->object.id, std::move(stored->body), *day
        );
        if (!version) co_return refuse(call, version.error());
        if (!*version) co_return refuse(call, "not_found");
        stored->body = std::move(**version);
    }
    const auto* raw = stored->body.find("raw");
    const bool wants_raw = ports::header(call.request.headers, "Accept") == raw_type;
    if (wants_raw && raw != nullptr) {
        auto reply = tagged(call, formats::write_json(*raw));
        reply.with("Content-Type", std::string(raw_type));
        co_return reply;
    }
    stored->body.remove("raw");
    count_in_numbers(stored->body);
    co_return tagged(call, formats::write_json(stored->body));
}

asio::awaitable<Reply> list_agencies(Context& context, Call& call) {
    const auto day = valid_on(call);
    if (!day) co_return refuse(call, "request.parameter", "valid_on");
    const auto* table = table_of(context, "agency-codes");
    if (table == nullptr) co_return refuse(call, "not_found");
    co_return tagged_page(call, rows_on(*table, *day));
}

asio::awaitable<Reply> list_admin_units(Context& context, Call& call) {
    const auto day = valid_on(call);
    if (!day) co_return refuse(call, "request.parameter", "valid_on");
    auto items = Document::list();
    for (const auto name : {"provinces-pre-2025", "provinces-2025"}) {
        const auto* table = table_of(context, name);
        if (table == nullptr) continue;
        auto rows = rows_on(*table, *day);
        for (auto& row : rows.items()) items.push(std::move(row));
    }
    co_return tagged_page(call, std::move(items));
}

asio::awaitable<Reply> convert_admin_unit(Context& context, Call& call) {
    const std::string code(value_of(call.query, "code"));
    const auto day = valid_on(call);
    const auto to_text = value_of(call.query, "to");
    const auto to = to_text.empty() ? core::local_day(call.now)
                                    : core::parse_iso_day(to_text).value_or(core::Day());
    if (code.empty() || !day || !to.ok())
        co_return refuse(call, "request.parameter", "code is needed; valid_on and to are days");
    const auto* merge = table_of(context, "province-merge");
    if (merge == nullptr) co_return refuse(call, "not_found");
    const core::Day reform{std::chrono::year(2025), std::chrono::July, std::chrono::day(1)};
    const bool from_new = *day >= reform, to_new = to >= reform;
    auto targets = Document::list();
    for (const auto& row : merge->rows) {
        if (cell(*merge, row, from_new ? "new_code" : "old_code") != code) continue;
        if (from_new == to_new) {
            if (targets.size() == 0) targets.push(target_json(*merge, row, !to_new));
        } else {
            targets.push(target_json(*merge, row, from_new));
        }
    }
    if (targets.size() == 0) co_return refuse(call, "not_found");
    auto body = Document::object();
    body.set("code", Document::text(code));
    body.set("valid_on", Document::text(core::to_iso_day(*day)));
    body.set("to", Document::text(core::to_iso_day(to)));
    body.set("targets", std::move(targets));
    co_return tagged(call, formats::write_json(body));
}

asio::awaitable<Reply> get_code_list(Context& context, Call& call) {
    const auto day = valid_on(call);
    if (!day) co_return refuse(call, "request.parameter", "valid_on");
    if (const auto* table = table_of(context, call.path[0]))
        co_return tagged_page(call, rows_on(*table, *day));
    // A list that a partner keeps, as it was last read.
    auto stored = co_await read_object(context, "code_list", call.who.tenant, call.path[0]);
    if (!stored) co_return refuse(call, stored.error());
    if (!stored->found) co_return refuse(call, "not_found");
    auto version = co_await version_on(
        context, call, closed_list, stored->object.id, std::move(stored->body), *day
    );
    if (!version) co_return refuse(call, version.error());
    auto* rows = *version ? (*version)->find("rows") : nullptr;
    if (rows == nullptr) co_return refuse(call, "not_found");
    co_return tagged_page(call, std::move(*rows));
}

}  // namespace gw::api
