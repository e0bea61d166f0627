// How often a client may call, and how often an address may fail to prove itself.
#include "gateway/api/limits.hpp"

namespace gw::api {

namespace {

engine::RateLimit failure_bucket(double per_minute) {
    return engine::RateLimit(per_minute / 60.0, per_minute);
}

}  // namespace

Limits::Limits(LimitOptions options)
    : options_(std::move(options)), others_(failure_bucket(options_.failures_per_min)) {}

Limits::Verdict Limits::refuse(const Bucket& bucket, std::uint64_t& count, core::Instant now)
    const {
    ++count;
    if (options_.warn_only) return std::nullopt;
    return bucket.next(now) - now;
}

Limits::Verdict Limits::call(const std::string& client, core::Instant now) {
    auto found = clients_.find(client);
    if (found == clients_.end()) {
        const auto agreed = options_.client_calls_per_s.find(client);
        const double rate =
            agreed == options_.client_calls_per_s.end() ? options_.calls_per_s : agreed->second;
        found = clients_.emplace(client, Bucket(rate, options_.calls_burst)).first;
    }
    if (found->second.available(now) < 1) return refuse(found->second, counts_.client, now);
    found->second.take();
    return std::nullopt;
}

Limits::Bucket* Limits::bucket_of(const std::string& address, core::Instant now, bool make) {
    if (const auto found = addresses_.find(address); found != addresses_.end())
        return &found->second;
    if (addresses_.size() >= options_.addresses_max) {
        // A full bucket says nothing any more.
        const auto full = static_cast<int>(options_.failures_per_min);
        std::erase_if(addresses_, [&](const auto& entry) {
            auto bucket = entry.second;
            return bucket.available(now) >= full;
        });
    }
    if (addresses_.size() >= options_.addresses_max) return &others_;
    if (!make) return nullptr;
    return &addresses_.emplace(address, failure_bucket(options_.failures_per_min)).first->second;
}

Limits::Verdict Limits::failure(const std::string& address, core::Instant now) {
    if (options_.failures_per_min <= 0) return std::nullopt;
    auto& bucket = *bucket_of(address, now, true);
    if (bucket.available(now) < 1) return refuse(bucket, counts_.address, now);
    bucket.take();
    return std::nullopt;
}

Limits::Verdict Limits::trial(const std::string& address, core::Instant now) {
    if (options_.failures_per_min <= 0) return std::nullopt;
    auto* bucket = bucket_of(address, now, false);
    if (bucket == nullptr || bucket->available(now) >= 1) return std::nullopt;
    return refuse(*bucket, counts_.address, now);
}

}  // namespace gw::api
