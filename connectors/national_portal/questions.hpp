// Questions of citizens at the portal: read every half hour, kept as inbox items and as feedback
// (NP-55).
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/ports/connector.hpp"

#include <memory>
#include <string>
#include <vector>

namespace gw::national_portal {

class Portal;

/// One row of LayDanhSachHoiDapGuiTuDVCQG or LayDanhSachHoiDapBoCoQuan.
struct PortalQuestion {
    PortalQuestion() = default;
    std::string id;         // HOIDAPID
    core::Document says;    // {"external_id", "source", "content", "field_code"?,
                            // "procedure_code"?, "agency"?, "sender"?}
    std::string digest;     // of `says`: what is asked, not what became of it
    std::string raw;        // the row as it came
    bool answered = false;  // the portal has an answer already
};
/// `source`: "portal" or "agency". Rows without a key and rows to be skipped (TRANGTHAI 0) are left
/// out.
std::vector<PortalQuestion> read_questions(const core::Document& result, std::string_view source);
/// Texts of LayNoiDungTraLoiTheoCauHoi.
std::vector<std::string> read_published(const core::Document& result);

/// What was read before stands in the store, by HOIDAPID: a restart or a repeat makes nothing
/// twice. A question whose text changed is a new inbox item that supersedes the first.
class QuestionJob : public ports::Job {
public:
    explicit QuestionJob(std::shared_ptr<Portal> portal) : portal_(std::move(portal)) {}
    std::string_view name() const override { return "national_portal.questions"; }
    core::Duration every() const override { return std::chrono::minutes(30); }
    ports::Async<void> run(core::Instant now) override;

private:
    ports::Async<void> read(std::string service, std::string source, core::Instant now);
    ports::Async<void> take(PortalQuestion question, core::Instant now);
    ports::Async<void> keep(
        PortalQuestion question, std::optional<core::Object> known, core::Instant now
    );
    /// Our answer stands at the portal: published.
    ports::Async<void> look_for_answer(core::Object feedback, core::Instant now);
    std::string new_id(std::string_view prefix, core::Instant now);
    std::shared_ptr<Portal> portal_;
};

}  // namespace gw::national_portal
