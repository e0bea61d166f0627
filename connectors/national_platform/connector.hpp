// The national payment platform at work: beginning, asking, receipts, notices.
#pragma once

#include "connectors/kit/bearer.hpp"
#include "connectors/kit/payments.hpp"
#include "connectors/national_platform/codec.hpp"
#include "connectors/national_platform/operations.hpp"
#include "connectors/national_platform/options.hpp"

#include <memory>
#include <span>
#include <string>

namespace gw::national_platform {

class Desk : public connector_kit::PaymentDesk {
public:
    Desk(connector_kit::Parts parts, Options options);
    ports::asio::awaitable<connector_kit::PaymentAnswer> query(core::Document payment) override;
    /// The platform gives no money back: never answered.
    ports::asio::awaitable<connector_kit::PaymentAnswer> query_refund(
        core::Document payment, core::Document refund
    ) override;
    ports::HttpRequest request_of(std::string body, const core::Operation& operation) const;
    /// Under a bus's token where there is one. Errors: those of the token.
    ports::Async<ports::HttpResult> exchange(ports::HttpRequest request);
    /// Takes in one thing that the platform said.
    ports::Async<ports::Taken> tell(
        std::string kind, std::string reference, core::Document says, std::string raw
    );
    bool has_token() const { return !options_.token_url.empty(); }
    const Options& options() const { return options_; }
    const connector_kit::Parts& parts() const { return parts_; }

private:
    connector_kit::Parts parts_;
    Options options_;
    connector_kit::Bearer bearer_;
};

class PlatformSink : public ports::Sink {
public:
    explicit PlatformSink(std::shared_ptr<Desk> desk) : desk_(std::move(desk)) {}
    std::span<const core::Operation> operations() const override {
        return national_platform::operations;
    }
    core::Result<ports::Prepared> prepare(const core::Claim& claim, core::Instant now)
        const override;
    ports::Async<core::Receipt> send(ports::Prepared prepared, const core::Claim& about) override;
    ports::Async<core::Enquiry> enquire(const core::Claim& about) override;

private:
    ports::Async<core::Receipt> begin(std::string body, const core::Claim& about);
    ports::Async<core::Receipt> ask(const core::Claim& about);
    std::shared_ptr<Desk> desk_;
};

/// Errors: stop "options.invalid".
core::Result<connector_kit::Built> build(connector_kit::Parts parts);

}  // namespace gw::national_platform
