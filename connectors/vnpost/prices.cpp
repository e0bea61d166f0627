// Prices of parcels.
#include "connectors/vnpost/prices.hpp"

#include "connectors/vnpost/codec.hpp"
#include "connectors/vnpost/connector.hpp"

#include <map>

namespace gw::vnpost {

namespace {

using core::Document;

constexpr core::Duration kept_for = std::chrono::hours(24), time_max{10'000};
constexpr std::int64_t weight_class_g = 500, default_weight_g = 100;
constexpr std::size_t routes_max = 10'000;

struct Price {
    Price() = default;
    std::int64_t cost = 0;
    core::Instant until{};
};

class Prices : public ports::Lookup {
public:
    explicit Prices(std::shared_ptr<Post> post) : post_(std::move(post)) {}
    bool answers(std::string_view kind) const override { return kind == "delivery_quote"; }
    ports::asio::awaitable<ports::LookupAnswer> ask(ports::Question question) override;

private:
    core::Result<Document> wire_of(const Document& asks, core::Day day) const;

    std::shared_ptr<Post> post_;
    std::map<std::string, Price> known_;
};

std::string area(
    const Document& asks, std::string_view side, std::string_view name, const std::string& ours
) {
    const Document* contact = asks.find(side);
    const Document* address = contact == nullptr ? nullptr : contact->find("address");
    return address == nullptr ? ours : address->text_of(name);
}

core::Result<Document> Prices::wire_of(const Document& asks, core::Day day) const {
    const Options& o = post_->options();
    const auto provinces = post_->parts().library.codes("vnpost.province");
    const auto districts = post_->parts().library.codes("vnpost.district");
    if (!provinces) return provinces.error();
    if (!districts) return districts.error();
    Document wire = Document::object();
    const Document* given = asks.find("weight_g");
    const auto weight =
        given == nullptr ? default_weight_g : given->as_integer().value_or(default_weight_g);
    wire.set(
        "weight", Document::number((weight + weight_class_g - 1) / weight_class_g * weight_class_g)
    );
    wire.set("mainSrv", Document::text("HCC"));
    wire.set("isreturn", Document::number(asks.text_of("direction") == "collect" ? 0 : 1));
    for (const std::string side : {"sender", "receiver"}) {
        const auto* province =
            (*provinces)->find_value(area(asks, side, "province_code", o.office_province), day);
        const auto* district =
            (*districts)->find_value(area(asks, side, "commune_code", o.office_commune), day);
        if (province == nullptr || district == nullptr)
            return core::give_up("delivery.area_not_served", side);
        Document place = Document::object();
        place.set("provCode", Document::text(province->code));
        place.set("distCode", Document::text(district->code));
        wire.set(side, std::move(place));
    }
    return wire;
}

ports::asio::awaitable<ports::LookupAnswer> Prices::ask(ports::Question question) {
    ports::LookupAnswer answer;
    const core::Instant now = post_->parts().clock->now();
    const auto wire = wire_of(question.asks, core::local_day(now));
    if (!wire) {
        answer.outcome = "rejected";
        answer.code = wire.error().code;
        co_return answer;
    }
    ports::HttpRequest request = price_request(post_->options(), *wire);
    request.total_max = time_max;
    const std::string route = request.body;
    auto kept = known_.find(route);
    if (kept == known_.end() || kept->second.until < now) {
        Call call;
        call.service = "Price";
        auto reading = co_await post_->exchange(std::move(call), std::move(request));
        answer.outcome = "unavailable";
        if (!reading || reading->verdict.meaning != mapping::ReplyClass::ok) co_return answer;
        const Document& content = reading->result;
        const Document* inner = content.find_ignoring_case("content");
        const Document* price = (inner != nullptr ? *inner : content).find_ignoring_case("price");
        const auto cost = price == nullptr ? std::nullopt : price->as_integer();
        if (!cost || *cost <= 0) co_return answer;
        if (known_.size() >= routes_max) known_.clear();
        Price fresh;
        fresh.cost = *cost;
        fresh.until = now + kept_for;
        kept = known_.insert_or_assign(route, fresh).first;
    }
    answer.outcome = "ok";
    answer.says = Document::object();
    answer.says.set("cost", Document::number(kept->second.cost));
    co_return answer;
}

}  // namespace

std::unique_ptr<ports::Lookup> make_prices(std::shared_ptr<Post> post) {
    return std::make_unique<Prices>(std::move(post));
}

}  // namespace gw::vnpost
