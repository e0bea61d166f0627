// Words for the types of options, and what a value of the right type must be besides.
#include "gateway/app/option_path.hpp"
#include "gateway/app/options.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>

namespace gw::app {
namespace {
std::string number_text(double number) {
    std::ostringstream out;
    out.precision(15);
    out << number;
    return out.str();
}
}  // namespace

std::string_view to_word(OptionType type) {
    switch (type) {
        case OptionType::text:
            return "text";
        case OptionType::integer:
            return "whole number";
        case OptionType::number:
            return "number";
        case OptionType::boolean:
            return "true or false";
        case OptionType::duration:
            return "duration such as \"30s\"";
        case OptionType::size:
            return "size such as \"64MiB\"";
        case OptionType::texts:
            return "list of texts";
        case OptionType::durations:
            return "list of durations";
        case OptionType::networks:
            return "list of networks such as [\"10.0.0.0/8\"]";
        case OptionType::secret:
            return "name of a secret, \"secret:NAME\"";
    }
    return "";
}

std::string range_fault(const OptionRow& row, std::string_view value) {
    using enum OptionType;
    const auto& range = row.range;
    if (!range.words.empty()) {
        const auto words = split(range.words, ',');
        if (std::find(words.begin(), words.end(), value) != words.end()) return "";
        return "must be one of: " + std::string(range.words) + ".";
    }
    if (row.type == secret) {
        if (value.empty()) return "the secret's file is empty.";
        if (static_cast<double>(value.size()) >= range.least) return "";
        return "the secret needs at least " + number_text(range.least) +
               " random bytes. Make one: openssl rand -base64 32 > FILE";
    }
    if (row.type != integer && row.type != number && row.type != duration && row.type != size)
        return "";
    const double given = std::strtod(std::string(value).c_str(), nullptr);
    const std::string unit = row.type == duration ? " ms" : row.type == size ? " bytes" : "";
    if (given < range.least) return "must be at least " + number_text(range.least) + unit + ".";
    if (given > range.most) return "must be at most " + number_text(range.most) + unit + ".";
    return "";
}

}  // namespace gw::app
