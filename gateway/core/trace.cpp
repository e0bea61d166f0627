// W3C trace context.
#include "gateway/core/trace.hpp"

#include <algorithm>

namespace gw::core {
namespace {

bool is_hex(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    });
}

bool is_zero(std::string_view text) {
    return text.find_first_not_of('0') == text.npos;
}

void append_hex(std::string& out, std::uint64_t number) {
    constexpr char digits[] = "0123456789abcdef";
    for (int shift = 60; shift >= 0; shift -= 4) out += digits[(number >> shift) & 15];
}

}  // namespace

std::optional<std::string> read_traceparent(std::string_view header) {
    constexpr std::size_t length = 55;  // 00-TRACE-SPAN-01
    if (header.size() < length) return std::nullopt;
    const auto version = header.substr(0, 2), trace = header.substr(3, 32);
    const auto span = header.substr(36, 16), flags = header.substr(53, 2);
    if (header[2] != '-' || header[35] != '-' || header[52] != '-') return std::nullopt;
    for (const auto part : {version, trace, span, flags})
        if (!is_hex(part)) return std::nullopt;
    if (version == "ff" || is_zero(trace) || is_zero(span)) return std::nullopt;
    const bool longer = header.size() > length;
    if (longer && (version == "00" || header[length] != '-')) return std::nullopt;
    return std::string(trace);
}

std::string make_trace(std::uint64_t high, std::uint64_t low) {
    std::string trace;
    trace.reserve(32);
    append_hex(trace, high);
    append_hex(trace, high == 0 && low == 0 ? 1 : low);
    return trace;
}

std::string to_traceparent(std::string_view trace, std::uint64_t span) {
    std::string header;
    header.reserve(55);
    header.append("00-").append(trace).append("-");
    append_hex(header, span == 0 ? 1 : span);
    header.append("-01");
    return header;
}

}  // namespace gw::core
