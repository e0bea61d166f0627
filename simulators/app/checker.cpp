// The oracle of the played day.
#include "simulators/app/checker.hpp"

#include <algorithm>
#include <sstream>

namespace sim::app {
namespace {
using national_portal::HeldDossier;
using onestop::Line;
using onestop::Promise;

std::string join(const std::vector<int>& numbers) {
    std::ostringstream out;
    for (const int n : numbers) out << n << ' ';
    return out.str();
}

class Comparison {
public:
    Comparison(const Promise& promise, const HeldDossier& held, Report& report)
        : promise_(promise), held_(held), report_(report) {}

    void run() {
        const auto before = faults();
        fields();
        statuses();
        lines();
        lists();
        if (held_.creates > 1)
            fault(report_.duplicate_effects, "created " + std::to_string(held_.creates) + " times");
        if (held_.duplicate_lines > 0)
            report_.duplicate_effects += static_cast<std::uint64_t>(held_.duplicate_lines),
                report_.note(
                    promise_.code + ": " + std::to_string(held_.duplicate_lines) +
                    " progress lines twice"
                );
        if (promise_.from_portal && held_.status_messages.empty())
            fault(report_.lost, "no DongBoTrangThaiHoSo came");
        if (faults() == before) ++report_.delivered;
    }

private:
    std::uint64_t faults() const {
        return report_.lost + report_.duplicate_effects + report_.out_of_order +
               report_.field_mismatches;
    }
    void fault(std::uint64_t& counter, const std::string& what) {
        ++counter;
        report_.note(promise_.code + ": " + what);
    }

    void fields() {
        for (const auto& [name, wanted] : promise_.fields)
            if (held_.field(name) != wanted)
                fault(
                    report_.field_mismatches,
                    name + " is \"" + held_.field(name) + "\", was sent as \"" + wanted + "\""
                );
    }

    void statuses() {
        const auto &wanted = promise_.statuses, &have = held_.statuses;
        if (wanted == have) return;
        const bool cut =
            have.size() < wanted.size() && std::equal(have.begin(), have.end(), wanted.begin());
        fault(
            cut ? report_.lost : report_.out_of_order,
            "statuses " + join(have) + "instead of " + join(wanted)
        );
    }

    static bool same(const Line& wanted, const national_portal::ProgressLine& have) {
        const auto text = [&](const char* name) {
            const auto it = have.fields.find(name);
            return it == have.fields.end() ? std::string() : it->second;
        };
        if (have.status != wanted.status || text("ThoiDiemXuLy") != wanted.at) return false;
        return wanted.by_rule ||
               (text("NguoiXuLy") == wanted.officer && text("NoiDungXuLy") == wanted.text);
    }

    void lines() {
        std::vector<const national_portal::ProgressLine*> have;
        for (const auto& line : held_.progress)
            if (!line.duplicate) have.push_back(&line);
        std::size_t at = 0;
        for (const auto& wanted : promise_.lines) {
            if (at < have.size() && same(wanted, *have[at])) {
                ++at;
                continue;
            }
            const bool elsewhere = std::any_of(have.begin(), have.end(), [&](const auto* line) {
                return same(wanted, *line);
            });
            fault(
                elsewhere ? report_.out_of_order : report_.lost,
                "progress line of " + wanted.at + " (" + std::to_string(wanted.status) + ")" +
                    (elsewhere ? " came out of order" : " is missing")
            );
            if (elsewhere) return;
        }
        if (at < have.size())
            fault(
                report_.field_mismatches,
                std::to_string(have.size() - at) + " progress lines that nobody sent"
            );
    }

    std::size_t count(const char* list) const {
        const auto it = held_.lists.find(list);
        return it == held_.lists.end() ? 0 : it->second.size();
    }
    void size(const char* list, int wanted) {
        if (count(list) != static_cast<std::size_t>(wanted))
            fault(
                report_.field_mismatches,
                std::string(list) + " has " + std::to_string(count(list)) +
                    " entries, was sent with " + std::to_string(wanted)
            );
    }
    void lists() {
        const auto results = std::count_if(
            promise_.files.begin(), promise_.files.end(), [](const auto& f) { return f.result; }
        );
        size("TaiLieuNop", static_cast<int>(promise_.files.size()) - static_cast<int>(results));
        size("DanhSachGiayToKetQua", promise_.results);
        size("DanhSachLePhi", promise_.fees);
        size("DanhSachHoSoBoSung", promise_.supplements);
    }

    const Promise& promise_;
    const HeldDossier& held_;
    Report& report_;
};
}  // namespace

void compare(
    const onestop::Ledger& ledger, const std::map<std::string, HeldDossier>& held, Report& report
) {
    for (const auto& [code, promise] : ledger.promises) {
        if (!promise.finished_story) {
            ++report.unfinished_stories;
            report.note(code + ": its story broke off");
        }
        if (!promise.accepted) continue;
        ++report.accepted;
        const auto it = held.find(code);
        if (it == held.end() || !it->second.has_packet) {
            ++report.lost;
            report.note(code + ": the portal does not have it");
            continue;
        }
        Comparison(promise, it->second, report).run();
    }
    report.surprises = ledger.surprises.size();
    for (const auto& surprise : ledger.surprises) report.note("surprise: " + surprise);
    report.api_calls = ledger.calls;
}

}  // namespace sim::app
