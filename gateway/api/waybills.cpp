// Rolls of pre-printed waybills: import, how much is left, numbers that are void (postal.md 5).
#include "gateway/api/effects.hpp"
#include "gateway/api/handlers.hpp"
#include "gateway/api/problem_answer.hpp"
#include "gateway/api/reason.hpp"
#include "gateway/core/waybill.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"

#include <map>

namespace gw::api {

namespace {

using core::Document;
using core::Object;

constexpr std::int64_t low_below = 50;  // PO-14
constexpr int low_working_days = 5;

core::ObjectWrite write_of(core::ObjectDraft draft, const std::string& agency, core::Instant now) {
    core::ObjectWrite write;
    write.object.kind = std::move(draft.kind);
    write.object.agency = agency;
    write.object.id = std::move(draft.id);
    write.object.state = std::move(draft.state);
    write.object.ref = std::move(draft.ref);
    write.object.body = formats::write_json(draft.body);
    write.object.created_at = write.object.updated_at = now;
    write.expected_version = draft.expected_version;
    return write;
}

struct Left {
    std::map<std::string, std::int64_t> by_state;
    std::int64_t used_lately = 0;
};

asio::awaitable<core::Result<Left>> count(Context& context, Object stock, core::Instant since) {
    Left left;
    ports::ObjectFilter filter;
    filter.kind = core::waybill_kind;
    filter.agency = stock.agency;
    filter.ref = stock.id;
    filter.limit = 500;
    bool more = true;
    while (more) {
        auto page = co_await context.parts.store->objects(filter);
        if (!page) co_return page.error();
        for (const auto& number : page->items) {
            ++left.by_state[number.state];
            if (number.state != "free" && number.updated_at >= since) ++left.used_lately;
        }
        more = !page->next.empty();
        filter.after = std::move(page->next);
    }
    co_return left;
}

/// The moment from which five working days have been worked.
core::Instant five_days_ago(const Context& context, core::Instant now) {
    auto day = core::local_day(now);
    for (int n = 0; n < low_working_days;) {
        day = core::Day(std::chrono::sys_days(day) - std::chrono::days(1));
        if (context.parts.calendar->is_working(day)) ++n;
    }
    return core::at_local(day, core::Duration(0));
}

Document stock_json(const Object& stock, Left left) {
    auto out = Document::object();
    out.set("stock", Document::text(stock.id));
    out.set("agency", Document::text(stock.agency));
    for (const char* state : {"free", "reserved", "used", "void"})
        out.set(state, Document::number(left.by_state[state]));
    const auto free = left.by_state["free"];
    out.set("low", Document::boolean(free < low_below || free < left.used_lately));
    return out;
}

}  // namespace

asio::awaitable<Reply> admin_list_waybills(Context& context, Call& call) {
    ports::ObjectFilter filter;
    filter.kind = core::waybill_stock_kind;
    filter.limit = 500;
    auto stocks = co_await context.parts.store->objects(std::move(filter));
    if (!stocks) co_return refuse(call, stocks.error());
    const auto since = five_days_ago(context, call.now);
    auto items = Document::list();
    for (auto& stock : stocks->items) {
        auto left = co_await count(context, stock, since);
        if (!left) co_return refuse(call, left.error());
        items.push(stock_json(stock, std::move(*left)));
    }
    auto body = Document::object();
    body.set("items", std::move(items));
    co_return Reply(200, formats::write_json(body));
}

asio::awaitable<Reply> admin_import_waybills(Context& context, Call& call) {
    std::string reason;
    if (auto refusal = read_reason(call, reason); refusal) co_return std::move(*refusal);
    for (const char* name : {"agency", "carrier", "unit"})
        if (call.body.text_of(name).empty())
            co_return refuse_field(
                call, core::Finding(std::string("/") + name, "field.required", {name})
            );
    const auto read = core::waybills_of_import(call.body);
    if (const auto* problem = std::get_if<core::Problem>(&read)) co_return refuse(call, *problem);
    const auto& numbers = std::get<std::vector<std::string>>(read);
    call.who.tenant = call.body.text_of("agency");
    const auto stock = core::stock_name(call.body.text_of("carrier"), call.body.text_of("unit"));
    ports::Acceptance acceptance;
    core::ObjectDraft roll;
    roll.kind = core::waybill_stock_kind;
    roll.id = stock;
    roll.state = "open";
    roll.body = Document::object();
    roll.expected_version = -1;
    acceptance.objects.push_back(write_of(std::move(roll), call.who.tenant, call.now));
    for (const auto& number : numbers) {
        auto draft = core::waybill_draft(number, "free", "", stock, 0);
        acceptance.objects.push_back(write_of(std::move(draft), call.who.tenant, call.now));
    }
    auto detail = Document::object();
    detail.set("reason_vi", Document::text(reason));
    detail.set("first", Document::text(numbers.front()));
    detail.set("last", Document::text(numbers.back()));
    acceptance.audit.push_back(
        audit_row(call, "waybill_stock/" + stock, formats::write_json(detail))
    );
    auto body = Document::object();
    body.set("stock", Document::text(stock));
    body.set("imported", Document::number(static_cast<std::int64_t>(numbers.size())));
    Reply reply(200, formats::write_json(body));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    // PO-14: one of them is known already; nothing was imported.
    if (done.race) co_return refuse(call, core::Problem("delivery.waybill_unavailable"), 409);
    co_return std::move(done.reply);
}

asio::awaitable<Reply> admin_void_waybill(Context& context, Call& call) {
    std::string reason;
    if (auto refusal = read_reason(call, reason); refusal) co_return std::move(*refusal);
    call.who.tenant = call.body.text_of("agency");
    auto there =
        co_await context.parts.store->object(core::waybill_kind, call.who.tenant, call.path[0]);
    if (!there) co_return refuse(call, there.error());
    if (!*there) co_return refuse(call, "not_found");
    core::ObjectWrite write;
    write.expected_version = (*there)->version;
    write.object = std::move(**there);
    write.object.state = "void";
    write.object.updated_at = call.now;
    auto detail = Document::object();
    detail.set("reason_vi", Document::text(reason));
    ports::Acceptance acceptance;
    acceptance.audit.push_back(
        audit_row(call, "waybill/" + call.path[0], formats::write_json(detail))
    );
    acceptance.objects.push_back(std::move(write));
    auto body = Document::object();
    body.set("number", Document::text(call.path[0]));
    body.set("state", Document::text("void"));
    Reply reply(200, formats::write_json(body));
    auto done = co_await commit(context, call, std::move(acceptance), std::move(reply));
    if (done.race) co_return refuse(call, "overloaded");
    co_return std::move(done.reply);
}

}  // namespace gw::api
