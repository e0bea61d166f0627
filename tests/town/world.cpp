// Runs a town from its morning to the end of its last life.
#include "tests/town/world.hpp"

#include "gateway/formats/json.hpp"
#include "simulators/vnpay/signing.hpp"
#include "tests/kit/run.hpp"

#include <random>
#include <stdexcept>

namespace gw::town_test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::Journal;

void rethrow(std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
}

}  // namespace

World::World(std::uint64_t seed, Plant plant, Drill* drill, const Place& place)
    : drill_(drill),
      place_(place),
      plan_(seed),
      clock_(place.morning),
      random_(seed ^ 0x51),
      life_random_(seed ^ 0x52),
      engine_random_(seed ^ 0x53),
      network_random_(seed ^ 0x54),
      store_random_(seed ^ 0x55),
      partners_(seed, place),
      http_(
          partners_,
          clock_,
          network_random_,
          [this](const std::string& host) {
              const auto& [from, to] = outages_[host];
              return clock_.now() < from || clock_.now() >= to;
          }
      ),
      outside_(std::make_unique<asio::io_context>(1)) {
    stores_.plan = &plan_;
    stores_.clock = &clock_;
    stores_.random = &store_random_;
    stores_.journal = &journal_;
    stores_.crash = [this] { crash_wanted_ = true; };
    stores_.dies = [this](const char* where) { return dies(where); };
    http_.dies = [this](const std::string& where) { return dies(where); };
    if (plant == Plant::settle_forgotten) stores_.plant = sim_test::Plant::settle_forgotten;
    if (plant == Plant::inbox_skipped) stores_.plant = sim_test::Plant::inbox_skipped;
    ground_.clock = &clock_;
    ground_.random = &engine_random_;
    ground_.partners = &partners_;
    ground_.http = &http_;
    ground_.blobs = &blobs_;
    ground_.stores = &stores_;
    ground_.state = store::new_memory_state();
    ground_.watch = &watch_;
    ground_.plant = plant;
    ground_.place = &place_;
}

World::~World() {
    end_process();
    for (auto& exchange : open_) exchange.reset();
    auto asleep = std::move(sleepers_);
    sleepers_.clear();
    asleep.clear();
    outside_.reset();
}

void World::draw() {
    plan_.rates.crash_in_store /= 10;
    partners_.misbehave(random_);
    if (random_.chance(0.5)) http_.cuts = random_.uniform() * 0.1;
    for (const PartnerRow& row : place_.partners) {
        if (!random_.chance(0.15)) continue;
        const Instant from = begin_ + random_.duration(minutes(0), minutes(90));
        outages_[row.id] = {from, from + random_.duration(minutes(2), minutes(40))};
    }
    for (int i = 0; i < plan_.crashes; ++i)
        clock_.at(begin_ + random_.duration(minutes(1), plan_.faults_for), [this] {
            crash_wanted_ = true;
        });
    lives_.resize(static_cast<std::size_t>(random_.between(1, 3)));
}

void World::end_process() {
    clock_.drop_sleepers();
    io_.reset();  // calls under way still stand on the gateway's parts
    gateway_.reset();
    for (auto& exchange : open_)
        if (!exchange->answer) exchange->lost = true;
    open_.clear();
}

void World::restart() {
    crash_wanted_ = false;
    ++outcome_.crashes;
    journal_.add(clock_.now(), Journal::Kind::crash, "", "");
    end_process();
    io_ = std::make_unique<asio::io_context>(1);
    gateway_ = std::make_unique<Gateway>(ground_, *io_);
}

void World::run_until(Instant end, const std::function<bool()>& enough) {
    while (true) {
        std::size_t ran = 1;
        while (!crash_wanted_ && ran > 0) {
            ran = outside_->poll_one();
            if (!crash_wanted_) ran += io_->poll_one();
        }
        io_->restart();
        outside_->restart();
        if (enough && enough()) return;
        if (crash_wanted_)
            restart();
        else if (!clock_.advance(end))
            break;
    }
}

asio::awaitable<void> World::pause(Duration d) {
    auto initiate = [this, d](auto handler) {
        const std::uint64_t id = ++next_sleeper_;
        sleepers_.emplace(id, std::move(handler));
        clock_.at(clock_.now() + d, [this, id] {
            auto node = sleepers_.extract(id);
            if (node.empty()) return;
            asio::post(*outside_, [go = std::move(node.mapped())]() mutable { std::move(go)(); });
        });
    };
    auto op = asio::async_initiate<decltype(asio::use_awaitable), void()>(
        std::move(initiate), asio::use_awaitable
    );
    co_await std::move(op);
}

void World::begin(Shared exchange) {
    open_.push_back(exchange);
    asio::co_spawn(*io_, serve(gateway_.get(), exchange), rethrow);
}

asio::awaitable<void> World::serve(Gateway* gateway, Shared exchange) {
    ports::InRequest request = exchange->request;
    const std::string about = request.method + " " + request.path;
    const bool unheard = dies("before " + about);
    if (unheard) co_await clock_.sleep_until(Instant::max());
    auto answer = co_await gateway->handle(std::move(request));
    if (exchange->notice) {
        const ports::InRequest& one = exchange->request;
        auto& [first, answers] = notices_[about + "?" + one.query + "\n" + one.body];
        first = one;
        answers.push_back(std::to_string(answer.status) + " " + answer.body);
    }
    const bool unsaid = dies("before the answer to " + about);
    if (unsaid) co_await clock_.sleep_until(Instant::max());
    exchange->answer = std::move(answer);
    std::erase(open_, exchange);
}

asio::awaitable<ports::InAnswer> World::exchange(ports::InRequest request, bool notice) {
    auto one = std::make_shared<Exchange>();
    one->request = std::move(request);
    one->notice = notice && drill_ != nullptr;
    begin(one);
    Duration step(20);
    while (!one->answer && !one->lost) {
        co_await pause(step);
        step = std::min(step * 2, Duration(2'000));
    }
    if (one->lost) co_return ports::InAnswer();
    co_return std::move(*one->answer);
}

asio::awaitable<void> World::tell(Outgoing one) {
    const bool cut = !healed() && network_random_.chance(http_.cuts);
    ports::InRequest request = one.request;
    auto answer = co_await exchange(std::move(request), one.about.ends_with("IPN"));
    const bool lost = cut || (answer.headers.empty() && answer.body.empty());
    int status = answer.status;
    if (lost) status = 0;
    journal_.add(
        now(), Journal::Kind::answered, "gateway", one.about, std::to_string(status) + answer.body
    );
    one.answered(status, answer.body, now());
}

asio::awaitable<void> World::forge(std::string checkout) {
    auto fields = sim::vnpay::read_query(checkout.substr(checkout.find('?') + 1));
    for (const char* name : {"vnp_ReturnUrl", "vnp_SecureHash", "vnp_Command", "vnp_ExpireDate"})
        fields.erase(name);
    fields["vnp_PayDate"] = fields["vnp_CreateDate"];
    fields["vnp_BankCode"] = "NCB";
    fields["vnp_ResponseCode"] = fields["vnp_TransactionStatus"] = "00";
    fields["vnp_TransactionNo"] = "14999999";
    const auto& merchant = partners_.vnpay.options().merchants.front();
    const bool believed = ground_.plant == Plant::forged_believed;
    const std::string secret = believed ? merchant.secret : std::string("GUESSED");
    ports::InRequest request;
    request.method = "GET";
    request.path = merchant.ipn_path;
    request.query = sim::vnpay::signed_query(fields, secret);
    request.remote = "127.0.0.1";
    auto answer = co_await exchange(std::move(request));
    journal_.add(now(), Journal::Kind::answered, "gateway", "forged", answer.body);
}

void World::pump() {
    for (Outgoing& one : partners_.due(clock_.now()))
        asio::co_spawn(*outside_, tell(std::move(one)), rethrow);
    authorise();
    const Duration next = paying > 0 ? place_.pump_soon : place_.pump;
    clock_.at(clock_.now() + next, [this] { pump(); });
}

asio::awaitable<void> World::live(std::size_t n) {
    const Duration wait = life_random_.duration(seconds(1), minutes(20));
    co_await pause(wait);
    LifePlan plan;
    if (drill_ != nullptr)
        plan = drill_->plan;
    else
        plan = LifePlan(life_random_);
    co_await play_life(*this, lives_[n], static_cast<int>(n) + 1, std::move(plan));
}

/// An access to Zalo that a crash or a cut destroyed is given anew by a person (NT-18).
void World::authorise() {
    const int refused = partners_.phones.refresh_tokens_reused();
    if (refused == token_refusals_) return;
    token_refusals_ = refused;
    sim::kit::Call call;
    call.method = "POST";
    call.path = "/sim/authorise";
    call.body = "{}";
    const auto answer = partners_.phones.handle(call, clock_.now());
    ground_.zalo_token = formats::read_json(answer.body)->text_of("refresh_token");
    crash_wanted_ = true;  // a new configuration is a new process
    --outcome_.crashes;
}

void World::heal() {
    stores_.healed = true;
    partners_.behave();
    http_.cuts = 0;
    for (auto& [host, outage] : outages_) outage.second = std::min(outage.second, clock_.now());
}

Outcome World::run() {
    begin_ = place_.morning;
    // Every fifth day begins in the evening: its notices run into the night.
    if (drill_ == nullptr && random_.chance(0.2)) begin_ += minutes(690);
    clock_.at(begin_, [] {});
    clock_.advance(begin_);
    drill_ == nullptr ? draw() : arrange_drill();
    restart();
    outcome_.crashes = 0;
    for (std::size_t n = 0; n < lives_.size(); ++n) asio::co_spawn(*outside_, live(n), rethrow);
    pump();
    Instant end = begin_;
    if (drill_ == nullptr) end += plan_.faults_for;
    run_until(end);
    if (drill_ == nullptr) heal();
    const auto open = [this] {
        return std::any_of(lives_.begin(), lives_.end(), [](const LifeLog& log) {
            return !log.finished;
        });
    };
    // At least until the day files of the next morning were compared.
    const int least = drill_ != nullptr ? 0 : 56;
    for (int i = 0; i < 6 * 24 * 2 && (open() || i < least); ++i) {
        end += minutes(30);
        run_until(end);
        // In a drill nothing may need a person.
        if (drill_ == nullptr) asio::co_spawn(*io_, gateway_->redrive(), rethrow);
    }
    if (drill_ != nullptr) asio::co_spawn(*outside_, repeat_notices(), rethrow);
    run_until(end + hours(3));
    compare_answers();
    asio::io_context io(1);
    end_process();
    const auto store = store::open_memory_store(ground_.state, clock_.now());
    outcome_.lives = static_cast<int>(lives_.size());
    judge(outcome_, *store, io, partners_, lives_);
    auto& faults = outcome_.faults;
    faults.insert(faults.end(), stores_.faults.begin(), stores_.faults.end());
    faults.insert(faults.end(), watch_.faults.begin(), watch_.faults.end());
    if (ground_.plant == Plant::hidden_chance)
        journal_.add(clock_.now(), Journal::Kind::held, "", std::to_string(std::random_device()()));
    outcome_.hash = journal_.hash();
    return outcome_;
}

void World::open() {
    heal();
    restart();
    pump();
}

void World::go_to(Instant t) {
    clock_.at(t, [] {});
    run_until(t);
}

Heard World::finish(asio::awaitable<Heard> work) {
    std::optional<Heard> heard;
    asio::co_spawn(*outside_, std::move(work), [&heard](std::exception_ptr e, Heard h) {
        rethrow(e);
        heard = std::move(h);
    });
    run_until(now() + hours(24), [&heard] { return heard.has_value(); });
    if (!heard) throw std::logic_error("a call that never ends");
    return std::move(*heard);
}

Outcome run_seed(std::uint64_t seed, Plant plant) {
    World world(seed, plant);
    return world.run();
}

}  // namespace gw::town_test
