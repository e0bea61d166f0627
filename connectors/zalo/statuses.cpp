// Asks Zalo about notices that nobody reported on in time.
#include "connectors/kit/transport.hpp"
#include "connectors/zalo/connector.hpp"
#include "gateway/formats/json.hpp"

#include <algorithm>

namespace gw::zalo {

namespace {

using core::Document;

class Statuses : public ports::Job {
public:
    explicit Statuses(std::shared_ptr<Account> account) : account_(std::move(account)) {}
    std::string_view name() const override { return "zalo.statuses"; }
    core::Duration every() const override { return account_->options().poll; }
    ports::Async<void> run(core::Instant now) override;

private:
    bool is_due(const Document& notice, const Document& dispatch, core::Instant now) const;
    ports::Async<void> ask(Document dispatch);
    ports::Async<void> look_at(core::Object object, core::Instant now);

    std::shared_ptr<Account> account_;
};

/// Submitted, ours, its wait over since the last time somebody looked, and its life not over.
bool Statuses::is_due(const Document& notice, const Document& dispatch, core::Instant now) const {
    const Options& o = account_->options();
    if (dispatch.text_of("state") != "submitted" || dispatch.text_of("provider") != o.partner ||
        dispatch.text_of("provider_id").empty())
        return false;
    const auto expires = core::parse_rfc3339(notice.text_of("expires_at"));
    if (expires && *expires <= now) return false;
    const auto submitted = core::parse_rfc3339(dispatch.text_of("submitted_at"));
    const auto asked = core::parse_rfc3339(dispatch.text_of("asked_at"));
    const core::Duration wait = notice.text_of("priority") == "p1" ? o.wait_p1 : o.wait;
    const auto last = std::max(submitted, asked);
    return last && *last + wait <= now;
}

ports::Async<void> Statuses::ask(Document dispatch) {
    auto request = status_request(account_->options(), dispatch.text_of("provider_id"));
    auto result = co_await account_->call(std::move(request));
    if (!result) co_return result.error();
    if (connector_kit::observe(*result) != connector_kit::Seen::readable)
        co_return core::Result<void>();
    const auto answer = read_answer(result->response.body);
    if (!answer || answer->error != "0") co_return core::Result<void>();
    std::string state = "waiting";
    if (answer->status == "1") state = "delivered";
    if (answer->status == "-1") state = "failed";
    if (answer->status.empty()) co_return core::Result<void>();
    Document says = Document::object();
    says.set("dispatch", Document::text(dispatch.text_of("id")));
    says.set("channel", Document::text("zns"));
    says.set("provider", Document::text(account_->options().partner));
    says.set("state", Document::text(state));
    if (state == "failed") says.set("reason", Document::text("not_delivered"));
    std::string raw = std::move(result->response.body);
    auto taken = co_await connector_kit::tell_notice(
        account_->parts(), "status", std::move(says), std::move(raw)
    );
    if (!taken) co_return taken.error();
    co_return core::Result<void>();
}

ports::Async<void> Statuses::look_at(core::Object object, core::Instant now) {
    const auto notice = formats::read_json(object.body);
    if (!notice) co_return core::Result<void>();
    const Document* dispatches = notice->find("dispatches");
    if (dispatches == nullptr) co_return core::Result<void>();
    for (const Document& dispatch : dispatches->items()) {
        if (!is_due(*notice, dispatch, now)) continue;
        Document one = dispatch;
        auto asked = co_await ask(std::move(one));
        if (!asked) co_return asked;
    }
    co_return core::Result<void>();
}

/// One notice that cannot be looked at does not keep the others waiting.
ports::Async<void> Statuses::run(core::Instant now) {
    core::Result<void> first;
    ports::ObjectFilter filter;
    filter.kind = "notification";
    filter.state = "sent";
    filter.limit = 500;
    filter.updated_after = now - std::chrono::hours(73);  // no notice lives longer
    for (;;) {
        auto page = co_await account_->parts().store->objects(filter);
        if (!page) co_return page.error();
        for (core::Object& object : page->items) {
            auto seen = co_await look_at(std::move(object), now);
            if (first && !seen) first = std::move(seen);
        }
        if (page->next.empty()) break;
        filter.after = page->next;
    }
    co_return first;
}

}  // namespace

std::unique_ptr<ports::Job> make_statuses(std::shared_ptr<Account> account) {
    return std::make_unique<Statuses>(std::move(account));
}

}  // namespace gw::zalo
