// The population database at work: questions with somebody waiting, nothing queued, nothing kept.
#pragma once

#include "connectors/kit/bearer.hpp"
#include "connectors/kit/parts.hpp"
#include "connectors/population/options.hpp"
#include "gateway/core/breaker.hpp"

#include <map>
#include <memory>
#include <string>

namespace gw::population {

class Questions : public ports::Lookup {
public:
    Questions(connector_kit::Parts parts, Options options);
    bool answers(std::string_view kind) const override { return kind == "identity_check"; }
    ports::asio::awaitable<ports::LookupAnswer> ask(ports::Question question) override;

private:
    /// One call; once more when no byte of it left. All of it ends by the deadline (PD-12).
    ports::Async<ports::HttpResult> exchange(
        std::string body, std::string officer_key, core::Instant deadline
    );
    ports::LookupAnswer understand(const ports::HttpResult& result, const core::Document& asks);
    ports::LookupAnswer unavailable(std::string code);
    /// At most `per_second` questions start in one second; of several units that asked lately none
    /// gets more than its share of them (PD-14).
    bool within_rate(const std::string& unit, core::Instant now);
    void note(const ports::LookupAnswer& answer, core::Instant now);

    connector_kit::Parts parts_;
    Options options_;
    std::unique_ptr<connector_kit::Bearer> bearer_;  // provincial door
    core::Breaker breaker_;                          // PD-13
    std::optional<core::Instant> down_since_;
    core::Instant second_{};
    int this_second_ = 0;
    struct Unit {
        core::Instant asked{};
        int this_second = 0;
    };
    std::map<std::string, Unit> units_;  // that asked in the last ten seconds
};

/// Errors: stop "options.invalid".
core::Result<connector_kit::Built> build(connector_kit::Parts parts);

}  // namespace gw::population
