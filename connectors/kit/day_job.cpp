// Fetches day files and has them compared.
#include "connectors/kit/day_job.hpp"

#include "connectors/kit/day_folder.hpp"
#include "gateway/formats/json.hpp"
#include "gateway/formats/stored.hpp"
#include "gateway/ports/log.hpp"

#include <set>

namespace gw::connector_kit {

namespace {

using core::Document;

constexpr std::chrono::hours due_at{6};  // of the next day
constexpr int days_back = 15;            // as long as a payment is asked about

class DayJob : public ports::Job {
public:
    DayJob(std::shared_ptr<PaymentDesk> desk, const Parts& parts, DayJobOptions options)
        : desk_(std::move(desk)),
          parts_(parts),
          options_(std::move(options)),
          name_(parts.partner + ".day_file") {}
    std::string_view name() const override { return name_; }
    core::Duration every() const override { return std::chrono::hours(1); }
    ports::Async<void> run(core::Instant now) override;

private:
    ports::Async<void> look_at(core::Day day, core::Instant now, int* missing);
    ports::Async<void> look_again(core::Day day, core::Instant now);
    ports::Async<void> compare(FetchedFile fetched, core::Day day, core::Instant now);
    ports::Async<void> ask(std::string id);

    std::shared_ptr<PaymentDesk> desk_;
    Parts parts_;
    DayJobOptions options_;
    std::string name_;
    std::set<std::string> corrections_;  // files that came after their day was closed
};

ports::Async<void> DayJob::ask(std::string id) {
    auto object = co_await parts_.store->object("payment", options_.agency, id);
    if (!object) co_return object.error();
    if (!*object) co_return core::Result<void>();
    const auto payment = formats::read_stored((*object)->body);
    if (!payment) co_return core::Result<void>();
    auto answer = co_await desk_->query(*payment);
    if (!answer.answered) co_return core::Result<void>();
    answer.says.set("provider", Document::text(options_.provider));
    answer.says.set("source", Document::text("query"));
    auto fact = payment_fact((*object)->ref, std::move(answer.says));
    auto message = payment_message(parts_, "query", "", std::move(answer.raw), std::move(fact));
    auto taken = co_await parts_.facts->take_in(std::move(message));
    if (!taken) co_return taken.error();
    co_return core::Result<void>();
}

/// A file that came after its day was closed: what its lines say is taken in, the report stays as
/// it was signed.
ports::Async<void> DayJob::look_again(core::Day day, core::Instant now) {
    auto with = co_await closed_with(parts_, options_.agency, options_.provider, day);
    if (!with) co_return with.error();
    const int number = number_of(options_.url, day, *with);
    if (number == 0) co_return core::Result<void>();
    auto fetched = co_await newest_file(parts_, options_.url, day, options_.connect_max, number);
    if (fetched.name.empty() || corrections_.contains(fetched.name)) co_return core::Result<void>();
    std::string name = fetched.name;
    ports::log::error(
        "recon.corrected_after_close",
        {{"partner", ports::log::Word(options_.provider)},
         {"day", ports::log::Word(core::to_iso_day(day))}}
    );
    auto compared = co_await compare(std::move(fetched), day, now);
    if (compared) corrections_.insert(std::move(name));
    co_return compared;
}

ports::Async<void> DayJob::look_at(core::Day day, core::Instant now, int* missing) {
    auto closed = co_await day_is_done(parts_, options_.agency, options_.provider, day, "");
    if (!closed) co_return closed.error();
    if (*closed) {
        auto again = co_await look_again(day, now);
        co_return again;
    }
    auto fetched = co_await newest_file(parts_, options_.url, day, options_.connect_max);
    if (fetched.name.empty()) {
        ++*missing;
        co_return core::Result<void>();
    }
    auto before =
        co_await day_is_done(parts_, options_.agency, options_.provider, day, fetched.name);
    if (!before) co_return before.error();
    if (*before) co_return core::Result<void>();
    auto compared = co_await compare(std::move(fetched), day, now);
    co_return compared;
}

ports::Async<void> DayJob::compare(FetchedFile fetched, core::Day day, core::Instant now) {
    DayFileProfile profile;
    profile.provider = options_.provider;
    auto file = read_day_file(fetched.name, fetched.bytes, fetched.digest, profile);
    if (!file || file->day != day) {
        ports::log::error("recon.file_refused", {{"partner", ports::log::Word(options_.provider)}});
        co_return core::Result<void>();
    }
    CompareParts with;
    with.store = parts_.store;
    with.facts = parts_.facts;
    CompareRun run;
    run.agency = options_.agency;
    run.provider = options_.provider;
    run.file = fetched.name;
    run.day = day;
    run.now = now;
    run.merchants.push_back(options_.merchant);
    run.lines = std::move(file->lines);
    auto match = co_await compare_day(with, std::move(run));
    if (!match) co_return match.error();
    core::Result<void> first;
    for (const std::string& id : match->ask) {
        auto asked = co_await ask(id);
        if (first && !asked) first = std::move(asked);
    }
    co_return first;
}

/// Every day that is not closed, the oldest first: a file may come after days without one, and a
/// day that cannot be compared does not keep the others waiting.
ports::Async<void> DayJob::run(core::Instant now) {
    core::Result<void> first;
    if (now < core::at_local(core::local_day(now), due_at)) co_return first;
    int missing = 0;
    for (int back = days_back; back >= 1; --back) {
        const core::Day day = core::local_day(now - std::chrono::hours(24 * back));
        auto compared = co_await look_at(day, now, &missing);
        if (first && !compared) first = std::move(compared);
    }
    if (missing > 0)
        ports::log::warning(
            "recon.files_missing",
            {{"partner", ports::log::Word(options_.provider)}, {"days", missing}}
        );
    co_return first;
}

}  // namespace

std::unique_ptr<ports::Job> make_day_job(
    std::shared_ptr<PaymentDesk> desk, const Parts& parts, DayJobOptions options
) {
    return std::make_unique<DayJob>(std::move(desk), parts, std::move(options));
}

}  // namespace gw::connector_kit
