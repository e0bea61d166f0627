// Reading a call: headers without regard to case, query parameters decoded.
#include "simulators/kit/call.hpp"

#include "simulators/kit/text.hpp"

namespace sim::kit {

std::string_view Call::header(std::string_view name) const {
    for (const auto& [key, value] : headers)
        if (same_ignoring_case(key, name)) return value;
    return {};
}

std::string Call::parameter(std::string_view name) const {
    std::string_view rest = query;
    while (!rest.empty()) {
        auto amp = rest.find('&');
        auto pair = rest.substr(0, amp);
        rest = amp == std::string_view::npos ? std::string_view() : rest.substr(amp + 1);
        auto eq = pair.find('=');
        if (url_decode(pair.substr(0, eq)) != name) continue;
        return eq == std::string_view::npos ? std::string() : url_decode(pair.substr(eq + 1));
    }
    return {};
}

}  // namespace sim::kit
