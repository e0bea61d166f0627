// What the one-stop knows it was promised: the oracle that the portal's holdings are compared with.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace sim::onestop {

/// One progress line as it must stand at the portal.
struct Line {
    std::string at, officer, text;  // at: yyyyMMddHHmmss
    int status = 0;
    bool by_rule = false;  // completed by the gateway (NP-24): officer and text are its own
};
struct SentFile {
    std::string name, component, sha256;  // lower-case hex
    bool result = false;
};
/// One dossier as the one-stop sent it, in the portal's field names and forms.
struct Promise {
    std::string code;
    bool from_portal = false;
    bool accepted = false;                      // the gateway said yes to the creation
    bool finished_story = false;                // every step was played
    std::map<std::string, std::string> fields;  // scalar portal fields -> expected text
    std::vector<int> statuses;                  // every status, in order, without repeats in a row
    std::vector<Line> lines;
    std::vector<SentFile> files;
    int supplements = 0, supplements_received = 0, fees = 0, results = 0;
    std::int64_t version = 0;
    std::string etag;
};
/// A payment as the one-stop knows it.
struct PaymentMade {
    std::string id, reference, dossier, provider;
    std::int64_t amount = 0;
};
/// A parcel as the one-stop ordered it.
struct DeliveryMade {
    std::string id, order_number, dossier;
};
struct Ledger {
    std::map<std::string, PaymentMade> payments;     // by id
    std::map<std::string, DeliveryMade> deliveries;  // by id
    std::uint64_t identity_checks = 0, identity_matches = 0;
    std::map<std::string, Promise> promises;
    std::set<std::string> results_signed;  // ids of results whose signature was found valid
    std::uint64_t forged_refused = 0;      // papers changed after signing, refused as they must be
    std::vector<std::string> surprises;    // answers the contract does not allow, at most 100 kept
    std::multiset<std::string> fetched;    // SHA-256 of every file that came through the inbox
    std::uint64_t inbox_taken = 0;         // items claimed, then acknowledged or refused
    std::uint64_t calls = 0, repeats = 0, refused_as_expected = 0, unreachable = 0;
    void surprise(std::string what) {
        if (surprises.size() < 100) surprises.push_back(std::move(what));
    }
};

}  // namespace sim::onestop
