// When the day is over: everything must drain, then everything is compared.
#include "simulators/app/checker.hpp"
#include "simulators/app/event_checker.hpp"
#include "simulators/app/stage.hpp"
#include "simulators/onestop/json.hpp"

#include <algorithm>
#include <fstream>

namespace sim::app {

/// What the portal handed over must have been claimed and acknowledged.
asio::awaitable<void> Stage::settle_inbox() {
    const auto until = clock_.now() + core::Duration(60'000);
    int left = -1;
    while (clock_.now() < until) {
        const bool quiet = portal_->sender().unfinished() == 0 && clerk_->inbox_idle();
        if (quiet) left = co_await clerk_->inbox_left();
        if (quiet && left == 0) break;
        const auto next = clock_.now() + core::Duration(250);
        co_await clock_.sleep_until(next);
    }
    report_.inbox_taken = ledger_.inbox_taken;
    report_.inbox_left = static_cast<std::uint64_t>(std::max(left, 0)) +
                         portal_->sender().unfinished() + (left < 0 ? 1 : 0);
    if (report_.inbox_left > 0)
        report_.note(
            "inbox: " + std::to_string(left) + " items left, " +
            std::to_string(portal_->sender().unfinished()) + " calls of the portal not answered"
        );
}

asio::awaitable<void> Stage::drain() {
    const auto until = clock_.now() + core::Duration(180'000);
    int quiet = 0;
    std::int64_t before = -1;
    while (quiet < 12) {
        const auto next = clock_.now() + core::Duration(250);
        if (next > until) break;
        co_await clock_.sleep_until(next);
        co_await look();
        if (!frame_.queue.known) continue;
        // Empty, or nothing moves any more: what is left waits for a person.
        const bool still = frame_.queue.moving() == 0 && frame_.queue.unfinished() == before;
        quiet = frame_.queue.unfinished() == 0 ? quiet + 4 : still ? quiet + 1 : 0;
        before = frame_.queue.unfinished();
    }
    report_.unresolved =
        static_cast<std::uint64_t>(frame_.queue.known ? frame_.queue.unfinished() : 1);
    for (const auto& line : frame_.queue.lines)
        if (line.unfinished() > 0)
            report_.note(
                line.partner + ": " + std::to_string(line.unfinished()) + " legs unfinished (" +
                std::to_string(line.blocked) + " blocked, " + std::to_string(line.dead) + " dead)"
            );
}

/// Every file address the portal holds must give the very bytes that were sent in.
asio::awaitable<void> Stage::compare_files() {
    for (const auto& [code, promise] : ledger_.promises) {
        const auto held = portal_->dossiers().find(code);
        if (held == portal_->dossiers().end() || report_.files_checked > 400) continue;
        std::vector<std::string> addresses;
        for (const auto& [list, field] :
             {std::pair("TaiLieuNop", "DuongDanTaiTepTin"),
              std::pair("DanhSachGiayToKetQua", "DuongDanTepTinKetQua")}) {
            const auto rows = held->second.lists.find(list);
            if (rows == held->second.lists.end()) continue;
            for (const auto& row : rows->second)
                if (const auto it = row.find(field); it != row.end())
                    addresses.push_back(it->second);
        }
        for (const auto& address : addresses) {
            ports::HttpRequest request;
            request.url = address;
            request.answer_bytes_max = 16 << 20;
            const auto result = co_await api_->send(std::move(request));
            ++report_.files_checked;
            const std::string digest = onestop::sha256_hex(result.response.body);
            const bool known =
                std::any_of(promise.files.begin(), promise.files.end(), [&](const auto& f) {
                    return f.sha256 == digest;
                });
            if (result.ok && result.response.status == 200 && known) continue;
            ++report_.field_mismatches;
            report_.note(
                code + ": the file at the portal's address is not the one that was sent (status " +
                std::to_string(result.response.status) + ")"
            );
        }
    }
}

/// Every file that the portal offered must have reached the one-stop, byte for byte.
void Stage::compare_inbox_files() {
    kit::Call ask;
    ask.method = "GET";
    ask.path = "/sim/state/files";
    rapidjson::Document files;
    files.Parse(portal_->handle(ask, clock_.now()).body.c_str());
    if (!files.IsArray()) return;
    for (const auto& file : files.GetArray()) {
        ++report_.files_checked;
        if (ledger_.fetched.contains(onestop::text_of(file, "sha256"))) continue;
        ++report_.lost;
        report_.note(
            "a file of the portal never reached the one-stop: " + onestop::text_of(file, "name")
        );
    }
}

/// Every signed result was announced as valid, once.
void Stage::compare_signatures() {
    report_.results_signed = ledger_.results_signed.size();
    report_.forged_refused = ledger_.forged_refused;
    std::map<std::string, int> told;
    for (const auto& event : journal_.events()) {
        if (event.type != "result.verified") continue;
        rapidjson::Document body;
        body.Parse(event.raw.c_str());
        const auto& data = body["data"];
        if (onestop::text_of(data, "outcome") == "valid")
            ++told[onestop::text_of(data, "result_id")];
    }
    for (const auto& id : ledger_.results_signed) {
        if (told[id] == 1) continue;
        ++report_.event_mismatches;
        report_.note("result.verified of " + id + " came " + std::to_string(told[id]) + " times");
    }
}

/// The last events arrive: what was refused once comes again within about six seconds.
asio::awaitable<void> Stage::settle_events() {
    listener_->stop();
    const auto until = clock_.now() + core::Duration(60'000);
    while (clock_.now() < until) {
        const bool whole = co_await listener_->catch_up();
        if (whole && webhooks_missing(journal_, *receiver_) == 0) break;
        const auto next = clock_.now() + core::Duration(250);
        co_await clock_.sleep_until(next);
    }
    const bool again = co_await listener_->read_again();
    if (!again) journal_.fault("the feed could not be read once more");
    compare_events(journal_, *receiver_, PersonalData(lives_), report_);
    compare_signatures();
}

/// What operators read: log, metrics and status must not name anybody of the day.
asio::awaitable<void> Stage::search_logs() {
    const PersonalData personal(lives_);
    std::ifstream log(scene_.log);
    std::uint64_t lines = 0;
    for (std::string line; std::getline(log, line); ++lines) {
        if (!personal.in(line)) continue;
        ++report_.personal_in_logs;
        report_.note("log: line " + std::to_string(lines + 1) + " holds personal data");
    }
    if (lines == 0) report_.note("log: it is empty");
    report_.surprises += lines == 0 ? 1 : 0;
    for (const char* page : {"metrics", "admin/status"}) {
        ports::HttpRequest request;
        request.url = std::string("http://admin/") + page;
        request.answer_bytes_max = 4 << 20;
        const auto result = co_await admin_->send(std::move(request));
        const bool read = result.ok && result.response.status == 200;
        report_.surprises += read ? 0 : 1;
        if (!read) report_.note(std::string(page) + " could not be read");
        if (!personal.in(result.response.body)) continue;
        ++report_.personal_in_logs;
        report_.note(std::string(page) + " holds personal data");
    }
}

asio::awaitable<void> Stage::end_of_day() {
    portal_->faults().clear();  // faults stop, everything must drain
    mistakes_.clear();
    town_->behave();
    co_await settle_inbox();
    co_await settle_town();
    co_await drain();
    co_await settle_events();
    co_await compare_files();
    compare_inbox_files();
    co_await search_logs();
    compare(ledger_, portal_->dossiers(), report_);
    town_->compare(ledger_, payments_, deliveries_, report_);
}

}  // namespace sim::app
