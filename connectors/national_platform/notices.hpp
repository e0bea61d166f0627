// Notices of the platform (IPN): the table of payments.md 5.2, in its order.
#pragma once

#include "connectors/national_platform/connector.hpp"

#include <memory>
#include <string_view>
#include <utility>

namespace gw::national_platform {

class Notices : public ports::Source {
public:
    explicit Notices(std::shared_ptr<Desk> desk) : desk_(std::move(desk)) {}
    std::string_view prefix() const override { return desk_->options().ipn_path; }
    std::uint64_t body_bytes_max() const override { return 64 << 10; }
    ports::asio::awaitable<ports::InAnswer> receive(ports::InRequest request, ports::Intake& intake)
        override;

private:
    ports::asio::awaitable<ports::InAnswer> unreadable(std::string body, Notice notice);
    bool keeps_evidence(core::Instant now);
    core::Instant evidence_since_{};
    int evidence_ = 0;
    std::shared_ptr<Desk> desk_;
};

/// MaLoi and MoTaLoi by what became of the notice.
std::pair<std::string_view, std::string_view> notice_answer(const ports::FactResult& result);

}  // namespace gw::national_platform
