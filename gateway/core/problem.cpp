// Look-up in the catalogue and filling of its sentences.
#include "gateway/core/problem.hpp"

#include "gateway/core/problem_tables.hpp"

#include <unordered_map>

namespace gw::core {

const std::vector<ProblemText>& problem_catalogue() {
    static const std::vector<ProblemText> all = [] {
        std::vector<ProblemText> rows = problem_tables::general();
        for (const auto* part : {&problem_tables::validation(), &problem_tables::areas()})
            rows.insert(rows.end(), part->begin(), part->end());
        return rows;
    }();
    return all;
}

const ProblemText* problem_text(std::string_view code) {
    static const std::unordered_map<std::string_view, const ProblemText*> index = [] {
        std::unordered_map<std::string_view, const ProblemText*> map;
        for (const ProblemText& row : problem_catalogue()) map.emplace(row.code, &row);
        return map;
    }();
    const auto found = index.find(code);
    return found == index.end() ? nullptr : found->second;
}

std::string fill(std::string_view message_vi, const std::vector<std::string>& values) {
    constexpr std::string_view open = "«", close = "»";
    std::string out;
    std::size_t at = 0, used = 0;
    while (true) {
        const std::size_t begin = message_vi.find(open, at);
        const std::size_t end =
            begin == std::string_view::npos ? begin : message_vi.find(close, begin);
        if (end == std::string_view::npos || used == values.size()) break;
        out.append(message_vi.substr(at, begin + open.size() - at));
        out.append(values[used++]);
        out.append(close);
        at = end + close.size();
    }
    out.append(message_vi.substr(at));
    return out;
}

}  // namespace gw::core
