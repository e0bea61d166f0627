// The portal's dictionaries: read once a day, kept as code lists with their days (NP 5, NP-38).
#pragma once

#include "gateway/core/document.hpp"
#include "gateway/ports/connector.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gw::national_portal {

class Portal;

/// Services read here: every LayDanhMuc… and LayDVC, in the order of `pull_services`.
std::vector<std::string_view> dictionary_services();
/// Name of the code list: "national_portal.GioiTinh" of LayDanhMucGioiTinh.
std::string list_name(std::string_view partner, std::string_view service);
/// {"name", "rows": […]}; a null document: not a list of rows.
core::Document read_dictionary(std::string_view name, const core::Document& result);
/// "catalogue.changed": the list is another one from this day on ("2026-03-02").
core::FeedItem changed_feed(const core::Object& list, std::string valid_from, core::Instant now);

/// A list whose rows changed is a new version; the replaced one is closed the day before. An empty
/// answer replaces nothing.
class DictionaryJob : public ports::Job {
public:
    explicit DictionaryJob(std::shared_ptr<Portal> portal) : portal_(std::move(portal)) {}
    std::string_view name() const override { return "national_portal.dictionaries"; }
    core::Duration every() const override { return std::chrono::hours(24); }
    ports::Async<void> run(core::Instant now) override;

private:
    ports::Async<void> read(std::string service, core::Instant now);
    ports::Async<void> keep(core::Document list, core::Instant now);
    std::shared_ptr<Portal> portal_;
};

}  // namespace gw::national_portal
