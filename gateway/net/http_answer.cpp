// The header block of an answer.
#include "gateway/net/http_answer.hpp"

#include "gateway/ports/log.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/status.hpp>

#include <ctime>
#include <string_view>

namespace gw::net {
namespace {

/// "Sun, 06 Nov 1994 08:49:37 GMT", made anew once a second.
std::string_view date_line() {
    thread_local std::time_t made = 0;
    thread_local char text[64] = "";
    const std::time_t now = std::time(nullptr);
    if (now != made) {
        made = now;
        std::tm parts{};
        gmtime_r(&now, &parts);
        std::strftime(text, sizeof text, "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &parts);
    }
    return text;
}

bool is_ours(std::string_view name) {
    for (const char* ours : {"Content-Length", "Transfer-Encoding", "Connection", "Date"})
        if (boost::beast::iequals(name, ours)) return true;
    return false;
}

bool is_safe(const ports::Header& header) {
    constexpr std::string_view breaks("\r\n\0", 3);
    return !header.name.empty() && header.name.find_first_of(breaks) == std::string::npos &&
           header.value.find_first_of(breaks) == std::string::npos;
}

}  // namespace

bool may_have_body(int status) {
    return status >= 200 && status != 204 && status != 304;
}

std::string answer_head(const ports::InAnswer& answer, bool keep) {
    std::string out;
    out.reserve(256 + answer.body.size());
    const auto status = std::to_string(answer.status);
    const auto reason = boost::beast::http::obsolete_reason(
        boost::beast::http::int_to_status(static_cast<unsigned>(answer.status))
    );
    out.append("HTTP/1.1 ").append(status).append(" ");
    out.append(reason.data(), reason.size()).append("\r\n").append(date_line());
    for (const auto& header : answer.headers) {
        if (is_ours(header.name)) continue;
        if (is_safe(header))
            out.append(header.name).append(": ").append(header.value).append("\r\n");
        else
            ports::log::error("http.header_left_out");
    }
    if (may_have_body(answer.status)) {
        const std::uint64_t size = answer.stream ? answer.stream_size : answer.body.size();
        out.append("Content-Length: ").append(std::to_string(size)).append("\r\n");
    }
    out.append(keep ? "\r\n" : "Connection: close\r\n\r\n");
    return out;
}

}  // namespace gw::net
