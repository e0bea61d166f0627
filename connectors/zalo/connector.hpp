// Zalo's notification service at work: notices out, delivery events in, statuses asked.
#pragma once

#include "connectors/kit/notices.hpp"
#include "connectors/zalo/codec.hpp"
#include "connectors/zalo/operations.hpp"
#include "connectors/zalo/tokens.hpp"

#include <memory>
#include <span>
#include <string>

namespace gw::zalo {

/// What sink, events and statuses of one account share.
class Account {
public:
    Account(connector_kit::Parts parts, Options options);
    /// One call under a token; answered −124, once more under a new one. Errors: those of Tokens.
    ports::Async<ports::HttpResult> call(ports::HttpRequest request);
    const Options& options() const { return options_; }
    const connector_kit::Parts& parts() const { return parts_; }

private:
    connector_kit::Parts parts_;
    Options options_;
    Tokens tokens_;
};

class ZnsSink : public ports::Sink {
public:
    explicit ZnsSink(std::shared_ptr<Account> account) : account_(std::move(account)) {}
    std::span<const core::Operation> operations() const override { return zalo::operations; }
    core::Result<ports::Prepared> prepare(const core::Claim& claim, core::Instant now)
        const override;
    ports::Async<core::Receipt> send(ports::Prepared prepared, const core::Claim& about) override;
    ports::Async<core::Enquiry> enquire(const core::Claim& about) override;

private:
    std::shared_ptr<Account> account_;
};

/// Delivery events.
class Events : public ports::Source {
public:
    explicit Events(std::shared_ptr<Account> account) : account_(std::move(account)) {}
    std::string_view prefix() const override { return account_->options().event_path; }
    std::uint64_t body_bytes_max() const override { return 64 << 10; }
    ports::asio::awaitable<ports::InAnswer> receive(ports::InRequest request, ports::Intake& intake)
        override;

private:
    std::shared_ptr<Account> account_;
};

/// Asks for notices that nobody reported on in time (NT-13).
std::unique_ptr<ports::Job> make_statuses(std::shared_ptr<Account> account);

/// What an answer to a notice means: "submitted", "failed", "unknown", or an error when nothing was
/// sent and it may go again.
core::Result<core::Document> meaning_of(
    const connector_kit::Parts& parts, const ports::HttpResult& result, const core::Document& notice
);

/// Errors: stop "options.invalid".
core::Result<connector_kit::Built> build(connector_kit::Parts parts);

}  // namespace gw::zalo
