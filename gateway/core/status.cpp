// Words and labels of the ten statuses, and the transition table.
#include "gateway/core/status.hpp"

#include <array>

namespace gw::core {
namespace {

struct Row {
    std::string_view word, label;
    bool final;
};
constexpr std::array<Row, 10> rows{{
    {"registered", "Mới đăng ký", false},
    {"received", "Được tiếp nhận", false},
    {"refused", "Không được tiếp nhận", true},
    {"processing", "Đang xử lý", false},
    {"supplement_wanted", "Yêu cầu bổ sung giấy tờ", false},
    {"financial_obligation", "Yêu cầu thực hiện nghĩa vụ tài chính", false},
    {"withdrawn", "Công dân yêu cầu rút hồ sơ", true},
    {"stopped", "Dừng xử lý", false},
    {"finished", "Đã xử lý xong", false},
    {"returned", "Đã trả kết quả", true},
}};

std::size_t index(Status status) {
    return static_cast<std::size_t>(status);
}
const Row& row(Status status) {
    return rows.at(index(status) - 1);
}

}  // namespace

std::string_view to_word(Status status) {
    return row(status).word;
}
std::string_view label_vi(Status status) {
    return row(status).label;
}
bool is_final(Status status) {
    return row(status).final;
}

std::optional<Status> status_from_word(std::string_view word) {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (rows[i].word == word) return static_cast<Status>(i + 1);
    return std::nullopt;
}

Transitions::Transitions(const std::vector<Transition>& rows_given) {
    for (const Transition& t : rows_given) {
        // The file lists "same status" as allowed; it is no step.
        const bool same = t.from == t.to && t.rule != StepRule::refused;
        table_[index(t.from)][index(t.to)] = same ? StepRule::same : t.rule;
    }
}

StepRule Transitions::rule(Status from, Status to) const {
    return table_[index(from)][index(to)];
}

std::vector<Status> Transitions::next(Status from) const {
    std::vector<Status> out;
    for (std::size_t to = 1; to <= rows.size(); ++to) {
        const StepRule rule = table_[index(from)][to];
        if (rule == StepRule::allow || rule == StepRule::expand)
            out.push_back(static_cast<Status>(to));
    }
    return out;
}

}  // namespace gw::core
