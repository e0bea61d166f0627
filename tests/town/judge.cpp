// What must hold when every life of a town has ended: nothing open, money to the đồng, nothing
// twice.
#include "gateway/core/parcel.hpp"
#include "gateway/formats/json.hpp"
#include "tests/kit/came_through.hpp"
#include "tests/kit/run.hpp"
#include "tests/town/world.hpp"

namespace gw::town_test {
namespace {

using core::LegState;

const std::string& tenant = town_place().province;

/// Money of one reference as its provider holds it.
struct Money {
    std::int64_t paid = 0, returned = 0;
    int refunds = 0;
};

Money held_by(Partners& partners, const std::string& provider, const std::string& reference) {
    Money money;
    if (provider == "vnpay") {
        const auto found = partners.vnpay.held().find(reference);
        if (found == partners.vnpay.held().end()) return money;
        if (found->second.money_taken()) money.paid = found->second.amount;
        money.returned = found->second.refunded();
        for (const auto& one : found->second.refunds) money.refunds += one.status != "09" ? 1 : 0;
    } else if (provider == "national_platform") {
        const auto found = partners.platform.held().find(reference);
        if (found != partners.platform.held().end()) money.paid = found->second.paid_amount();
    }
    return money;
}

std::int64_t number_at(const Document& document, const char* member) {
    const Document* found = document.find(member);
    return found == nullptr ? 0 : found->as_integer().value_or(0);
}

class Judge {
public:
    Judge(Outcome& outcome, ports::Store& store, asio::io_context& io, Partners& partners)
        : outcome_(outcome), store_(store), io_(io), partners_(partners) {}
    void life(const LifeLog& log) {
        log_ = &log;
        if (!log.finished) fault("I6 the life did not end, it stands at \"" + log.status + "\"");
        for (const auto& what : log.surprises) fault("OC " + what);
        legs();
        money();
        parcels();
        portal();
        notices();
    }
    void strangers() {
        for (const auto& [order, parcel] : partners_.post.parcels())
            if (parcel.creates > 0 && orders_.count(order) == 0)
                outcome_.faults.push_back("I2 the post has a parcel nobody ordered: " + order);
        for (const auto& [key, payment] : partners_.vnpay.held())
            if (payment.money_taken() && references_.count(payment.reference) == 0)
                outcome_.faults.push_back("I1 money that nobody here knows: " + key);
    }

private:
    void fault(const std::string& what) {
        outcome_.faults.push_back(what + " (" + log_->code + ")");
    }
    std::vector<Document> objects(const char* kind) {
        ports::ObjectFilter filter;
        filter.kind = kind;
        filter.agency = tenant;
        filter.dossier = log_->code;
        filter.limit = 500;
        std::vector<Document> all;
        auto page = test::run(io_, store_.objects(filter));
        for (const auto& object : page.value().items)
            all.push_back(*formats::read_json(object.body));
        return all;
    }

    void legs() {
        auto legs = test::run(io_, store_.legs_of(tenant, log_->code));
        for (const ports::LegView& v : legs.value()) {
            ++outcome_.legs;
            doubtful_ += v.flag == "possible_duplicate" ? 1 : 0;
            if (!test::came_through(legs.value(), v) && v.state != LegState::cancelled)
                fault(
                    "I6 " + v.leg.effect_key + " is " + std::string(core::to_word(v.state)) + " " +
                    v.reason + ": " + v.what
                );
        }
    }

    void money() {
        int settling = 0;
        std::int64_t came = 0;
        for (const Document& payment : objects("payment")) {
            ++outcome_.payments;
            const std::string id = payment.text_of("id"), state = payment.text_of("state"),
                              reference = payment.text_of("reference"),
                              provider = payment.text_of("provider");
            references_.insert(reference);
            if (state == "initiated" || state == "pending" || state == "refund_requested")
                fault("I6 payment " + id + " is still " + state);
            const bool mine =
                std::find(log_->payments.begin(), log_->payments.end(), id) != log_->payments.end();
            if (!mine) fault("I2 a payment nobody began: " + id);
            const bool settled = state == "paid" || state == "receipt_issued";
            if (settled) {
                ++settling;
                ++outcome_.paid;
                came += number_at(payment, "paid_amount");
            }
            if (state == "disputed") {
                ++outcome_.for_persons;
                if (payment.text_of("state_reason").empty()) fault("a dispute without a reason");
            }
            receipts(payment);
            if (provider == "counter" || state == "disputed") continue;
            compare(payment, held_by(partners_, provider, reference));
        }
        if (settling > 1) fault("I2 the fees were paid " + std::to_string(settling) + " times");
        if (settling == 1 && came != log_->fee_total)
            fault("money: " + std::to_string(came) + " came");
        fees(settling == 1);
    }

    /// Gateway and provider say the same of one payment.
    void compare(const Document& payment, const Money& money) {
        const std::string state = payment.text_of("state"), id = payment.text_of("id");
        const std::int64_t paid = number_at(payment, "paid_amount");
        if (paid != money.paid)
            fault(
                "money: " + id + " (" + state + ") has " + std::to_string(paid) +
                ", its provider " + std::to_string(money.paid)
            );
        const std::int64_t back = number_at(payment, "refunded_amount");
        outcome_.refunds += money.refunds;
        if (payment.text_of("provider") != "vnpay") return;
        if (back != money.returned)
            fault(
                "money: " + id + " gave back " + std::to_string(back) + ", its provider " +
                std::to_string(money.returned)
            );
        if (money.refunds > 1) fault("I2 refunded " + std::to_string(money.refunds) + " times");
    }

    void receipts(const Document& payment) {
        std::set<std::string> natures;
        const Document* all = payment.find("receipts");
        if (all == nullptr) return;
        for (const Document& receipt : all->items())
            if (!natures.insert(receipt.text_of("nature")).second)
                fault("I2 two receipts of one nature");
    }

    void fees(bool paid) {
        const auto object = test::run(io_, store_.object("dossier", tenant, log_->code));
        if (!object || !*object) return fault("I1 the dossier is gone");
        const auto dossier = formats::read_json((*object)->body);
        const Document* all = dossier->find("fees");
        if (all == nullptr) return;
        std::int64_t sum = 0;
        for (const Document& fee : all->items())
            if (fee.text_of("state") == "paid") sum += number_at(fee, "amount");
        if (sum != (paid ? log_->fee_total : 0))
            fault("money: the dossier counts " + std::to_string(sum));
        if (dossier->text_of("status") != log_->status)
            fault("the dossier is " + dossier->text_of("status"));
    }

    void parcels() {
        for (const Document& delivery : objects("delivery")) {
            ++outcome_.parcels;
            const std::string order = delivery.text_of("order_number"),
                              state = delivery.text_of("state"), id = delivery.text_of("id");
            orders_.insert(order);
            const bool mine = std::find(log_->deliveries.begin(), log_->deliveries.end(), id) !=
                              log_->deliveries.end();
            if (!mine) fault("I2 a delivery nobody ordered: " + id);
            const auto word = core::parcel_state(state);
            if (!word || !core::is_final(*word)) fault("I6 parcel " + order + " is " + state);
            const auto found = partners_.post.parcels().find(order);
            if (found == partners_.post.parcels().end()) {
                if (state != "cancelled" && state != "rejected") fault("I1 no parcel " + order);
                continue;
            }
            if (found->second.creates != 1) fault("I2 parcel " + order + " made twice");
            const int now = found->second.code();
            if ((state == "delivered") != (now == sim::vnpost::delivered) ||
                (state == "returned") != (now == sim::vnpost::returned))
                fault("parcel " + order + " is " + state + ", at the post " + std::to_string(now));
        }
    }

    void portal() {
        const auto found = partners_.portal.dossiers().find(log_->code);
        if (found == partners_.portal.dossiers().end()) return fault("I1 unknown at the portal");
        const auto& held = found->second;
        if (held.creates != 1) fault("I2 created more than once at the portal");
        if (held.duplicate_lines > doubtful_) fault("I2 a progress line twice");
        if (log_->finished && held.status() != 10)
            fault("I3 the portal stands at " + std::to_string(held.status()));
    }

    /// One dispatch with its notice.
    struct Sent {
        Document notice, dispatch;
    };

    void notices() {
        std::map<std::string, Sent> sent;
        for (const Document& notice : objects("notification")) {
            ++outcome_.notices;
            const std::string state = notice.text_of("state"), id = notice.text_of("id");
            if (state == "scheduled" || state == "sending")
                fault("I6 notice " + id + " is still " + state);
            if (const Document* all = notice.find("dispatches"))
                for (const Document& one : all->items()) {
                    sent[one.text_of("id")] = {notice, one};
                    begun(notice, one);
                }
        }
        if (log_->phone.empty()) {
            if (!sent.empty()) fault("I2 a notice to nobody");
            return;
        }
        const auto& phone = partners_.phones.phone(log_->phone);
        std::map<std::string, int> by_zalo;
        for (const auto& message : phone.messages) {
            ++outcome_.texted;
            // Of a text nobody knows its notice: the shorter night is the one of urgent ones.
            const auto found = sent.find(message.tracking_id);
            Document urgent = Document::object();
            urgent.set("priority", Document::text("p1"));
            if (is_night(found == sent.end() ? urgent : found->second.notice, message.accepted))
                fault("NT quiet: the phone rang at " + core::to_rfc3339(message.accepted));
            if (message.channel != sim::phone::Channel::zns) continue;
            if (++by_zalo[message.tracking_id] > 1) fault("I2 a notice twice by Zalo");
            if (!sent.contains(message.tracking_id)) fault("I2 a notice nobody sent");
        }
        alternatives(sent, by_zalo);
        texts(sent, phone);
    }

    /// Not against the wish of the citizen, not at night.
    void begun(const Document& notice, const Document& dispatch) {
        const std::string state = dispatch.text_of("state"), id = dispatch.text_of("id");
        if (state == "suppressed") return;
        const auto at = core::parse_rfc3339(dispatch.text_of("at"));
        if (!at) return fault("a dispatch without its time");
        if (is_night(notice, *at)) fault("NT quiet: " + id + " began at " + core::to_rfc3339(*at));
        const std::string event = notice.text_of("event");
        const bool must =
            dispatch.text_of("channel") == "sms" &&
            (event == "supplement_requested" || event == "due_changed" || event == "result_ready");
        if (dispatch.text_of("channel") == log_->opted_out && *at > log_->opted_out_at && !must)
            fault("NT-6 " + id + " was sent against the citizen's wish");
    }

    static bool is_night(const Document& notice, Instant at) {
        const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(
                                 at - core::at_local(core::local_day(at))
        )
                                 .count();
        const bool urgent = notice.text_of("priority") == "p1";
        return minutes >= (urgent ? 22 : 21) * 60 || minutes < (urgent ? 6 : 7) * 60;
    }

    /// NT-13: nobody who may have it by Zalo gets it by SMS too.
    void alternatives(
        const std::map<std::string, Sent>& sent, const std::map<std::string, int>& by_zalo
    ) {
        for (const auto& [id, one] : sent) {
            if (one.dispatch.text_of("channel") != "sms") continue;
            if (one.dispatch.text_of("state") == "suppressed") continue;
            for (const Document& other : one.notice.find("dispatches")->items())
                if (by_zalo.contains(other.text_of("id")))
                    fault("NT-13 " + id + " was sent though Zalo had it");
        }
    }

    /// The operator knows no ids: as many texts as were taken, and at most those nobody knows of.
    void texts(const std::map<std::string, Sent>& sent, const sim::phone::Phone& phone) {
        int taken = 0, perhaps = 0, held = 0;
        for (const auto& [id, one] : sent) {
            const std::string state = one.dispatch.text_of("state");
            if (one.dispatch.text_of("channel") != "sms") continue;
            taken += state == "submitted" ? 1 : 0;
            perhaps += state == "unknown" ? 1 : 0;
        }
        for (const auto& message : phone.messages) {
            if (message.channel != sim::phone::Channel::sms) continue;
            ++held;
            // The post may come in vain twice, and says so in the same words.
            const bool in_vain = message.text.starts_with("Buu dien chua phat");
            if (message.same_before > 0 && !in_vain)
                fault("I2 the same text twice: " + message.text);
        }
        if (held < taken || held > taken + perhaps)
            fault(
                "NT " + std::to_string(held) + " texts are on the phone, " + std::to_string(taken) +
                " were taken, " + std::to_string(perhaps) + " are unknown"
            );
    }

    Outcome& outcome_;
    ports::Store& store_;
    asio::io_context& io_;
    Partners& partners_;
    const LifeLog* log_ = nullptr;
    int doubtful_ = 0;
    std::set<std::string> orders_, references_;
};

}  // namespace

void judge(
    Outcome& outcome,
    ports::Store& store,
    asio::io_context& io,
    Partners& partners,
    const std::vector<LifeLog>& lives
) {
    Judge judge(outcome, store, io, partners);
    for (const LifeLog& log : lives) judge.life(log);
    judge.strangers();
}

}  // namespace gw::town_test
