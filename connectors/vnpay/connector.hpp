// VNPAY at work: the payment address, notices, questions, refunds.
#pragma once

#include "connectors/kit/payments.hpp"
#include "connectors/vnpay/codec.hpp"
#include "connectors/vnpay/operations.hpp"
#include "connectors/vnpay/options.hpp"
#include "connectors/vnpay/refunds.hpp"

#include <memory>
#include <span>
#include <string>

namespace gw::vnpay {

/// What VNPAY said, in its own states; null: no answer that can be read.
struct Heard {
    Heard() = default;
    core::Document says;
    std::string raw;
};

class Desk : public connector_kit::PaymentDesk {
public:
    Desk(connector_kit::Parts parts, Options options)
        : parts_(std::move(parts)), options_(std::move(options)) {}
    ports::asio::awaitable<connector_kit::PaymentAnswer> query(core::Document payment) override;
    ports::asio::awaitable<connector_kit::PaymentAnswer> query_refund(
        core::Document payment, core::Document refund
    ) override;
    /// One querydr; a refund under way keeps its own state.
    ports::asio::awaitable<Heard> ask(core::Document payment);
    /// POST of a signed body.
    ports::asio::awaitable<ports::HttpResult> post(std::string body);
    /// Takes in one thing that VNPAY said.
    ports::Async<ports::Taken> tell(
        std::string kind, std::string reference, core::Document says, std::string raw
    );
    const Options& options() const { return options_; }
    const connector_kit::Parts& parts() const { return parts_; }

private:
    connector_kit::Parts parts_;
    Options options_;
};

class PaymentSink : public ports::Sink {
public:
    explicit PaymentSink(std::shared_ptr<Desk> desk) : desk_(std::move(desk)) {}
    std::span<const core::Operation> operations() const override { return vnpay::operations; }
    core::Result<ports::Prepared> prepare(const core::Claim& claim, core::Instant now)
        const override;
    ports::Async<core::Receipt> send(ports::Prepared prepared, const core::Claim& about) override;
    ports::Async<core::Enquiry> enquire(const core::Claim& about) override;

private:
    ports::Async<core::Receipt> send_refund(std::string body, const core::Claim& about);
    /// As it is kept now; the leg's snapshot is of the approval.
    ports::Async<core::Document> stored_payment(const core::Claim& about);
    ports::Async<Standing> standing(const core::Claim& about);
    std::shared_ptr<Desk> desk_;
};

/// IPN: GET with signed parameters.
class Notices : public ports::Source {
public:
    explicit Notices(std::shared_ptr<Desk> desk) : desk_(std::move(desk)) {}
    std::string_view prefix() const override { return desk_->options().ipn_path; }
    std::uint64_t body_bytes_max() const override { return 4 << 10; }
    ports::asio::awaitable<ports::InAnswer> receive(ports::InRequest request, ports::Intake& intake)
        override;

private:
    std::shared_ptr<Desk> desk_;
};

/// The answer by what became of the notice (9.3): RspCode and Message.
std::pair<std::string_view, std::string_view> notice_answer(const ports::FactResult& result);

/// Errors: stop "options.invalid".
core::Result<connector_kit::Built> build(connector_kit::Parts parts);

}  // namespace gw::vnpay
