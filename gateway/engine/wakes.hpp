// Who wants to know that new legs, feed items or dossiers are durable.
#pragma once

#include "gateway/core/objects.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace gw::engine {

/// Listeners are called in order of subscription, on the one thread, and must not block. They live
/// as long as this.
class Wakes {
public:
    using OnPartner = std::function<void()>;
    using OnFeed = std::function<void(const std::string& agency)>;
    using OnDossier = std::function<void(const core::ObjectWrite&)>;
    /// New or redriven legs of `partner`.
    void on_partner(std::string partner, OnPartner listener) {
        partners_[std::move(partner)].push_back(std::move(listener));
    }
    void on_feed(OnFeed listener) { feed_.push_back(std::move(listener)); }
    /// A dossier that was written, with its document.
    void on_dossier(OnDossier listener) { dossiers_.push_back(std::move(listener)); }

    void partner(const std::string& name) const {
        const auto it = partners_.find(name);
        if (it == partners_.end()) return;
        for (const auto& listener : it->second) listener();
    }
    void feed(const std::string& agency) const {
        for (const auto& listener : feed_) listener(agency);
    }
    void dossier(const core::ObjectWrite& written) const {
        for (const auto& listener : dossiers_) listener(written);
    }

private:
    std::map<std::string, std::vector<OnPartner>> partners_;
    std::vector<OnFeed> feed_;
    std::vector<OnDossier> dossiers_;
};

}  // namespace gw::engine
