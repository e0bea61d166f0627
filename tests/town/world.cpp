// Runs a town from its morning to the end of its last life.
#include "tests/town/world.hpp"

#include "gateway/crypto/digest.hpp"
#include "gateway/formats/json.hpp"
#include "simulators/vnpay/signing.hpp"
#include "tests/kit/run.hpp"

#include <random>

namespace gw::town_test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::Journal;

const Instant morning = *core::parse_rfc3339("2026-03-02T08:00:00+07:00");
constexpr auto pump_soon = seconds(10);

void rethrow(std::exception_ptr e) {
    if (e) std::rethrow_exception(e);
}

/// A body that is read in one piece.
class OnePiece : public ports::BodyStream {
public:
    explicit OnePiece(std::string bytes) : bytes_(std::move(bytes)) {}
    asio::awaitable<core::Result<std::string>> read() override {
        co_return std::exchange(bytes_, std::string());
    }

private:
    std::string bytes_;
};

}  // namespace

std::string Heard::text(std::string_view pointer) const {
    const auto* found = json.at(pointer);
    return found == nullptr ? "" : found->as_text();
}

World::World(std::uint64_t seed, Plant plant)
    : plan_(seed),
      clock_(morning),
      random_(seed ^ 0x51),
      life_random_(seed ^ 0x52),
      engine_random_(seed ^ 0x53),
      network_random_(seed ^ 0x54),
      store_random_(seed ^ 0x55),
      partners_(seed, 0.05),
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
    draw();
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
    for (const PartnerRow& row : Partners::rows()) {
        if (!random_.chance(0.15)) continue;
        const Instant from = morning + random_.duration(minutes(0), minutes(90));
        outages_[row.id] = {from, from + random_.duration(minutes(2), minutes(40))};
    }
    for (int i = 0; i < plan_.crashes; ++i)
        clock_.at(morning + random_.duration(minutes(1), plan_.faults_for), [this] {
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

void World::run_until(Instant end) {
    while (true) {
        std::size_t ran = 1;
        while (!crash_wanted_ && ran > 0) {
            ran = outside_->poll_one();
            if (!crash_wanted_) ran += io_->poll_one();
        }
        io_->restart();
        outside_->restart();
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
    exchange->answer = co_await gateway->handle(std::move(request));
    std::erase(open_, exchange);
}

asio::awaitable<ports::InAnswer> World::exchange(ports::InRequest request) {
    auto one = std::make_shared<Exchange>();
    one->request = std::move(request);
    begin(one);
    Duration step(20);
    while (!one->answer && !one->lost) {
        co_await pause(step);
        step = std::min(step * 2, Duration(2'000));
    }
    if (one->lost) co_return ports::InAnswer();
    co_return std::move(*one->answer);
}

asio::awaitable<std::string> World::token() {
    while (token_.empty() || token_until_ <= now()) {
        auto request = token_request(now(), ++numbers_);
        auto answer = co_await exchange(std::move(request));
        const auto json = formats::read_json(answer.body);
        if (json) token_ = json->text_of("access_token");
        token_until_ = now() + minutes(9);
        if (token_.empty()) co_await pause(seconds(1));
    }
    co_return token_;
}

asio::awaitable<Heard> World::once(
    std::string method, std::string path, std::string body, std::string actor, std::string key
) {
    const std::string bearer = co_await token();
    ports::InRequest request;
    request.method = method;
    const auto question = path.find('?');
    request.path = path.substr(0, question);
    if (question != std::string::npos) request.query = path.substr(question + 1);
    request.remote = "127.0.0.1";
    request.headers.emplace_back("Authorization", "Bearer " + bearer);
    request.headers.emplace_back("LT-Actor", actor);
    if (!key.empty()) request.headers.emplace_back("Idempotency-Key", key);
    if (path == "/v1/attachments") {
        const auto digest = crypto::sha256(body);
        const std::string_view raw(reinterpret_cast<const char*>(digest.data()), digest.size());
        request.headers.emplace_back("Content-Type", "application/pdf");
        request.headers.emplace_back("Content-Digest", "sha-256=:" + crypto::to_base64(raw) + ":");
        request.headers.emplace_back("Content-Disposition", "attachment; filename=\"a.pdf\"");
        request.content_length = body.size();
        request.stream = std::make_shared<OnePiece>(std::move(body));
    } else if (!body.empty()) {
        request.headers.emplace_back("Content-Type", "application/json");
        request.content_length = body.size();
        request.body = std::move(body);
    }
    auto answer = co_await exchange(std::move(request));
    Heard heard;
    // The default answer of a lost call has no body and no headers.
    heard.status = answer.headers.empty() && answer.body.empty() ? 0 : answer.status;
    if (auto json = formats::read_json(answer.body)) heard.json = std::move(*json);
    if (heard.status == 401) token_.clear();
    co_return heard;
}

asio::awaitable<Heard> World::sure_by(
    std::string actor, std::string method, std::string path, Document body
) {
    std::string key, text;
    if (method == "POST") key = "key-" + std::to_string(++numbers_);
    if (!body.is_null()) text = formats::write_json(body);
    Heard heard;
    for (int i = 0; i < 400; ++i) {
        heard = co_await once(method, path, text, actor, key);
        const bool again = heard.status == 0 || heard.status == 401 || heard.status == 429 ||
                           heard.status >= 500 || heard.text("/code") == "idempotency.in_progress";
        if (!again) break;
        const Duration wait = std::min(Duration(1'000) * (i + 1), Duration(60'000));
        co_await pause(wait);
    }
    co_return heard;
}

asio::awaitable<Heard> World::sure(std::string method, std::string path, Document body) {
    auto heard = co_await sure_by("CB0001", std::move(method), std::move(path), std::move(body));
    co_return heard;
}

asio::awaitable<std::string> World::upload(std::string content) {
    const std::string key = "file-" + std::to_string(++numbers_);
    for (int i = 0; i < 400; ++i) {
        auto heard = co_await once("POST", "/v1/attachments", content, "CB0001", key);
        if (heard.good()) co_return heard.text("/id");
        co_await pause(seconds(5));
    }
    co_return std::string();
}

asio::awaitable<void> World::tell(Outgoing one) {
    const bool cut = !healed() && network_random_.chance(http_.cuts);
    ports::InRequest request = one.request;
    auto answer = co_await exchange(std::move(request));
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
    const Duration next = paying > 0 ? Duration(pump_soon) : Duration(minutes(5));
    clock_.at(clock_.now() + next, [this] { pump(); });
}

asio::awaitable<void> World::live(std::size_t n) {
    const Duration wait = life_random_.duration(seconds(1), minutes(20));
    co_await pause(wait);
    co_await play_life(*this, lives_[n], static_cast<int>(n) + 1);
}

void World::heal() {
    stores_.healed = true;
    partners_.behave();
    http_.cuts = 0;
    for (auto& [host, outage] : outages_) outage.second = std::min(outage.second, clock_.now());
}

Outcome World::run() {
    restart();
    outcome_.crashes = 0;
    for (std::size_t n = 0; n < lives_.size(); ++n) asio::co_spawn(*outside_, live(n), rethrow);
    pump();
    Instant end = morning + plan_.faults_for;
    run_until(end);
    heal();
    const auto open = [this] {
        return std::any_of(lives_.begin(), lives_.end(), [](const LifeLog& log) {
            return !log.finished;
        });
    };
    // At least until the day files of the next morning were compared.
    for (int i = 0; i < 6 * 24 * 2 && (open() || i < 56); ++i) {
        end += minutes(30);
        run_until(end);
        asio::co_spawn(*io_, gateway_->redrive(), rethrow);
    }
    run_until(end + hours(3));
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

Outcome run_seed(std::uint64_t seed, Plant plant) {
    World world(seed, plant);
    return world.run();
}

}  // namespace gw::town_test
