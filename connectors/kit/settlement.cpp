// Settlement files to payments.
#include "connectors/kit/settlement.hpp"

#include "connectors/kit/day_file.hpp"
#include "connectors/kit/day_folder.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

#include <algorithm>
#include <set>

namespace gw::connector_kit {

namespace {

using core::Document;

constexpr const char* provider = "postal";
constexpr std::chrono::hours due_at{6};  // of the next day
constexpr int days_back = 25;            // 5 working days also over Tết
constexpr int settle_days = 5;
constexpr std::size_t asked_at_once = 200;

class SettlementJob : public ports::Job {
public:
    SettlementJob(const Parts& parts, SettlementOptions options)
        : parts_(parts), options_(std::move(options)), name_(parts.partner + ".settlement") {}
    std::string_view name() const override { return name_; }
    core::Duration every() const override { return std::chrono::hours(1); }
    ports::Async<void> run(core::Instant now) override;

private:
    core::Instant settle_by(core::Day day) const;
    ports::Async<std::set<core::Day>> late_days(core::Instant now);
    ports::Async<void> compare(core::Day day, bool late, core::Instant now);
    ports::Async<void> name_payments(std::vector<core::ProviderLine>* lines);
    ports::Async<void> name_by_orders(core::ProviderLine* first, std::size_t count);
    ports::Async<void> name_by_waybill(core::ProviderLine* line);

    Parts parts_;
    SettlementOptions options_;
    std::string name_;
};

/// The end of the fifth working day after the day on which the money was collected.
core::Instant SettlementJob::settle_by(core::Day day) const {
    core::Day last = day;
    if (parts_.calendar != nullptr) {
        last = parts_.calendar->add_working(day, settle_days);
    } else {
        const core::Calendar plain;
        last = plain.add_working(day, settle_days);
    }
    return core::at_local(last, std::chrono::hours(24));
}

/// Days on which money was collected that should have been settled by now.
ports::Async<std::set<core::Day>> SettlementJob::late_days(core::Instant now) {
    std::set<core::Day> days;
    ports::ObjectFilter filter;
    filter.kind = "payment";
    filter.agency = options_.agency;
    filter.state = "pending";
    filter.limit = 500;
    bool more = true;
    while (more) {
        auto page = co_await parts_.store->objects(filter);
        if (!page) co_return page.error();
        for (const auto& object : page->items) {
            const auto body = formats::read_stored(object.body);
            if (!body || body->text_of("provider") != provider) continue;
            const auto at = core::parse_rfc3339(body->text_of("collected_at"));
            if (!at) continue;
            const core::Day day = core::local_day(*at);
            if (now >= settle_by(day)) days.insert(day);
        }
        more = !page->next.empty();
        filter.after = std::move(page->next);
    }
    co_return days;
}

/// By waybill, else by order number (postal.md 8).
ports::Async<void> SettlementJob::name_payments(std::vector<core::ProviderLine>* lines) {
    for (std::size_t i = 0; i < lines->size(); i += asked_at_once) {
        const std::size_t count = std::min(asked_at_once, lines->size() - i);
        auto named = co_await name_by_orders(lines->data() + i, count);
        if (!named) co_return named.error();
    }
    for (core::ProviderLine& line : *lines) {
        if (line.type != "TXN" || line.waybill.empty()) continue;
        auto named = co_await name_by_waybill(&line);
        if (!named) co_return named.error();
    }
    co_return core::Result<void>();
}

ports::Async<void> SettlementJob::name_by_orders(core::ProviderLine* first, std::size_t count) {
    ports::ObjectFilter filter;
    filter.kind = "delivery";
    for (std::size_t i = 0; i < count; ++i) filter.refs.push_back(first[i].provider_transaction);
    auto found = co_await parts_.store->objects(std::move(filter));
    if (!found) co_return found.error();
    for (const auto& object : found->items) {
        const auto body = formats::read_stored(object.body);
        if (!body) co_return body.error();
        for (std::size_t i = 0; i < count; ++i) {
            if (first[i].provider_transaction != object.ref) continue;
            first[i].reference = body->text_of("payment_reference");
            // Nothing more to look for.
            if (first[i].waybill == body->text_of("waybill")) first[i].waybill.clear();
        }
    }
    co_return core::Result<void>();
}

ports::Async<void> SettlementJob::name_by_waybill(core::ProviderLine* line) {
    auto number = co_await parts_.store->object("waybill", options_.agency, line->waybill);
    if (!number) co_return number.error();
    if (!*number) co_return core::Result<void>();
    const auto known = formats::read_stored((*number)->body);
    if (!known) co_return known.error();
    auto delivery =
        co_await parts_.store->object("delivery", options_.agency, known->text_of("delivery_id"));
    if (!delivery) co_return delivery.error();
    if (!*delivery) co_return core::Result<void>();
    const auto body = formats::read_stored((*delivery)->body);
    if (!body) co_return body.error();
    const std::string reference = body->text_of("payment_reference");
    if (!reference.empty()) line->reference = reference;
    co_return core::Result<void>();
}

ports::Async<void> SettlementJob::compare(core::Day day, bool late, core::Instant now) {
    auto closed = co_await day_is_done(parts_, options_.agency, provider, day, "");
    if (!closed) co_return closed.error();
    if (*closed) co_return core::Result<void>();
    auto fetched = co_await newest_file(parts_, options_.url, day, options_.connect_max);
    if (fetched.name.empty() && !late) co_return core::Result<void>();
    auto before = co_await day_is_done(parts_, options_.agency, provider, day, fetched.name);
    if (!before) co_return before.error();
    if (*before) co_return core::Result<void>();
    CompareRun run;
    if (!fetched.name.empty()) {
        auto file = read_settlement(fetched.name, fetched.bytes, fetched.digest, options_.carrier);
        const bool good = file && file->day == day && file->merchant == options_.customer;
        if (!good) {
            ports::log::error("recon.file_refused", {{"partner", ports::log::Word(provider)}});
            co_return core::Result<void>();
        }
        run.lines = std::move(file->lines);
        auto named = co_await name_payments(&run.lines);
        if (!named) co_return named.error();
    }
    run.agency = options_.agency;
    run.provider = provider;
    run.file = fetched.name;
    run.day = day;
    run.now = now;
    run.merchants.push_back(options_.customer);
    run.settles = true;
    run.settle_by = settle_by(day);
    CompareParts with;
    with.store = parts_.store;
    with.facts = parts_.facts;
    auto match = co_await compare_day(with, std::move(run));
    if (!match) co_return match.error();
    co_return core::Result<void>();
}

/// The oldest first; a day that cannot be compared does not keep the others waiting.
ports::Async<void> SettlementJob::run(core::Instant now) {
    core::Result<void> first;
    if (now < core::at_local(core::local_day(now), due_at)) co_return first;
    auto late = co_await late_days(now);
    if (!late) co_return late.error();
    if (!late->empty())
        ports::log::warning("postal.not_settled", {{"days", static_cast<int>(late->size())}});
    for (int back = days_back; back >= 1; --back) {
        const core::Day day = core::local_day(now - std::chrono::hours(24 * back));
        const bool waits = late->count(day) > 0;
        auto compared = co_await compare(day, waits, now);
        if (first && !compared) first = std::move(compared);
    }
    co_return first;
}

}  // namespace

std::unique_ptr<ports::Job> make_settlement_job(const Parts& parts, SettlementOptions options) {
    return std::make_unique<SettlementJob>(parts, std::move(options));
}

}  // namespace gw::connector_kit
