// Viettel's SMS service at work: texts out; nobody tells what becomes of them.
#pragma once

#include "connectors/kit/notices.hpp"
#include "connectors/sms_viettel/codec.hpp"
#include "connectors/sms_viettel/operations.hpp"

#include <memory>
#include <span>
#include <string>

namespace gw::sms_viettel {

class SmsSink : public ports::Sink {
public:
    SmsSink(connector_kit::Parts parts, Options options)
        : parts_(std::move(parts)), options_(std::move(options)) {}
    std::span<const core::Operation> operations() const override { return sms_viettel::operations; }
    core::Result<ports::Prepared> prepare(const core::Claim& claim, core::Instant now)
        const override;
    ports::Async<core::Receipt> send(ports::Prepared prepared, const core::Claim& about) override;
    ports::Async<core::Enquiry> enquire(const core::Claim& about) override;

private:
    connector_kit::Parts parts_;
    Options options_;
};

/// What an answer means for the text: "submitted", "failed", "unknown" with its reason, or an error
/// that holds or repeats the leg because nothing was sent.
core::Result<core::Document> meaning_of(
    const connector_kit::Parts& parts, const ports::HttpResult& result, const core::Document& notice
);

/// Errors: stop "options.invalid".
core::Result<connector_kit::Built> build(connector_kit::Parts parts);

}  // namespace gw::sms_viettel
