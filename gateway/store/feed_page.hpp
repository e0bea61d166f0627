// Builds one page of the event feed from rows given in order, the same way for every store.
#pragma once

#include "gateway/store/rows.hpp"

#include <utility>

namespace gw::store {

class FeedPageBuilder {
public:
    FeedPageBuilder(std::int64_t after, int limit) : limit_(limit) { page_.next = after; }

    /// Takes the next row of the tenant; false: the page is complete.
    bool take(core::FeedItem item, const std::vector<std::string>& types) {
        if (++seen_ > feed_scan_max) {
            page_.has_more = true;
            return false;
        }
        const bool wanted = type_matches(types, item.type);
        if (wanted && static_cast<int>(page_.items.size()) >= limit_) {
            page_.has_more = true;
            return false;
        }
        // Past the last item of a full page nothing is skipped: what follows may be wanted later.
        if (static_cast<int>(page_.items.size()) < limit_) page_.next = item.seq;
        if (wanted) page_.items.push_back(std::move(item));
        return true;
    }
    ports::FeedPage finish(std::int64_t oldest) {
        page_.oldest = oldest;
        return std::move(page_);
    }

private:
    ports::FeedPage page_;
    int limit_;
    int seen_ = 0;
};

}  // namespace gw::store
