// The post at work: orders, their cancellation, the tracking feed, prices.
#pragma once

#include "connectors/kit/bearer.hpp"
#include "connectors/kit/parts.hpp"
#include "connectors/vnpost/classify.hpp"
#include "connectors/vnpost/operations.hpp"
#include "connectors/vnpost/options.hpp"

#include <memory>
#include <span>
#include <string>

namespace gw::vnpost {

/// What sink, feed and prices of one configured post share.
class Post {
public:
    Post(connector_kit::Parts parts, Options options);
    /// One call under a token, understood. Errors: no token could be had.
    ports::Async<Reading> exchange(Call call, ports::HttpRequest request);
    /// A page of the feed under a token, as it came.
    ports::Async<ports::HttpResult> page(ports::HttpRequest request);
    const Options& options() const { return options_; }
    const connector_kit::Parts& parts() const { return parts_; }
    /// Takes in what the post said of one delivery.
    ports::Async<void> tell(std::string kind, std::string key, std::string answer, core::Fact fact);

private:
    Reading read(const Call& call, const ports::HttpResult& result) const;

    connector_kit::Parts parts_;
    Options options_;
    connector_kit::Bearer bearer_;
};

class PostSink : public ports::Sink {
public:
    explicit PostSink(std::shared_ptr<Post> post) : post_(std::move(post)) {}
    std::span<const core::Operation> operations() const override { return vnpost::operations; }
    core::Result<ports::Prepared> prepare(const core::Claim& claim, core::Instant now)
        const override;
    ports::Async<core::Receipt> send(ports::Prepared prepared, const core::Claim& about) override;
    ports::Async<core::Enquiry> enquire(const core::Claim& about) override;

private:
    std::shared_ptr<Post> post_;
};

/// Errors: stop "options.invalid".
core::Result<connector_kit::Built> build(connector_kit::Parts parts);

}  // namespace gw::vnpost
