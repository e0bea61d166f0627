// Access tokens and single-use refresh tokens of the Zalo platform.
#pragma once

#include "simulators/kit/text.hpp"
#include "simulators/phone/options.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace sim::phone {

class ZaloTokens {
public:
    struct Pair {
        std::string access, refresh;
    };
    ZaloTokens(const Options& options, std::uint64_t seed);
    /// Both first tokens live from this moment on; called at the first use.
    void begin(core::Instant now);
    bool access_good(std::string_view token, core::Instant now) const;
    void end_access(std::string_view token);
    /// A new pair for an unused refresh token; nullopt: unknown, used or too old.
    std::optional<Pair> refresh(std::string_view token, core::Instant now);
    /// A person authorises the account again.
    Pair authorise(core::Instant now);
    void reset(std::uint64_t seed);
    int refreshes() const { return refreshes_; }
    int reused() const { return reused_; }  // refresh tokens shown twice

private:
    struct Refresh {
        core::Instant until{};
        bool used = false;
    };
    Pair fresh(core::Instant now);
    const Options& options_;
    kit::Random random_;
    bool begun_ = false;
    int refreshes_ = 0, reused_ = 0;
    std::map<std::string, core::Instant, std::less<>> access_;
    std::map<std::string, Refresh, std::less<>> refresh_;
};

}  // namespace sim::phone
