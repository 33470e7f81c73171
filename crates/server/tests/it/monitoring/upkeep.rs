//! What jobs do: points that fall silent, hours summed up, readings removed after their days.

use super::*;

#[db_test]
async fn a_point_that_falls_silent_is_offline_until_it_speaks(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let quick = own.point("TI-1", json!({"interval_s": 30})).await;
    let slow = own.point("TI-2", json!({"interval_s": 600})).await;
    own.point("TI-3", json!({})).await;
    let link = json!({"kind": "video", "name": "罐区视频", "link": "rtsp://10.0.0.8/1", "high": null, "high_high": null});
    own.point("V-1", link).await;
    own.send(&[("TI-1", second(-1), 20.0), ("TI-2", second(-1), 20.0)]).await;
    let online = async || {
        let (_, indicators) = own.officer.get("/api/indicators").await;
        let of = |own: &&Value| own["code"] == "monitor_points_online";
        let total = &indicators.as_array().unwrap().iter().find(of).unwrap()["total"];
        (total["numerator"].clone(), total["denominator"].clone())
    };
    assert_eq!(online().await, (json!(2), json!(3)));
    server.app.clock.advance(Duration::seconds(91));
    assert_eq!(run(&server, "watch_monitoring", "offline").await, 1);
    assert_eq!(
        (&own.again(&quick).await["state"], &own.again(&slow).await["state"]),
        (&json!("offline"), &json!("normal"))
    );
    assert_eq!(online().await, (json!(1), json!(3)));
    let (_, counted) = own.officer.get("/api/monitoring/points/count").await;
    let of = |state: &str| {
        counted.as_array().unwrap().iter().find(|own| own["state"] == state).unwrap()["number"].clone()
    };
    assert_eq!((of("offline"), of("normal"), of("new")), (json!(1), json!(1), json!(1)));
    let (_, page) = own.officer.get("/api/monitoring/points?state=offline").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 1);
    own.send(&[("TI-1", second(80), 20.0)]).await;
    assert_eq!(own.again(&quick).await["state"], "normal");
}

#[db_test]
async fn hours_are_summed_up_and_a_late_reading_sums_them_anew(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let own = cast(&server).await;
    let point = own.point("TI-1", json!({"high": null, "high_high": null})).await;
    // three hours, a reading a minute; the last is not over
    let hour = |back: i64, minute: i64| nine() - Duration::hours(back) + Duration::minutes(minute);
    let mut readings = Vec::new();
    for back in 1..=3 {
        for minute in 0..60 {
            readings.push(("TI-1", hour(back, minute), (back * 10 + minute % 2) as f64));
        }
    }
    assert_eq!(own.send(&readings).await["taken"], 180);
    let week = (nine() - Duration::days(7), nine());
    let before = curve(&own.officer, &point, week.0, week.1).await;
    assert_eq!(before["grain"], "hour");
    let sums = |curve: &Value| -> Vec<(f64, f64, f64, i64)> {
        let float = |item: &Value, name: &str| item[name].as_f64().unwrap();
        let items = curve["items"].as_array().unwrap().iter();
        items
            .map(|item| {
                (
                    float(item, "low"),
                    float(item, "high"),
                    float(item, "mean"),
                    item["number"].as_i64().unwrap(),
                )
            })
            .collect()
    };
    let expected = vec![(30.0, 31.0, 30.5, 60), (20.0, 21.0, 20.5, 60), (10.0, 11.0, 10.5, 60)];
    assert_eq!(sums(&before), expected, "before they are summed up they are read from the minutes");
    assert_eq!(run(&server, "watch_monitoring", "hours").await, 2);
    assert_eq!(sums(&curve(&own.officer, &point, week.0, week.1).await), expected);
    own.send(&[("TI-1", hour(3, 0) + Duration::seconds(30), 91.0)]).await;
    assert_eq!(run(&server, "watch_monitoring", "hours").await, 1);
    let after = curve(&own.officer, &point, week.0, week.1).await;
    assert_eq!(sums(&after)[0], (30.0, 91.0, 31.492, 61));
    let year = curve(&own.officer, &point, nine() - Duration::days(365), nine()).await;
    assert_eq!((&year["grain"], year["items"].as_array().unwrap().len()), (&json!("day"), 1));
    let day = curve(&own.officer, &point, nine() - Duration::days(1), nine()).await;
    assert_eq!((&day["grain"], day["items"].as_array().unwrap().len()), (&json!("minute"), 180));
}

#[db_test]
async fn readings_are_kept_for_thirty_days_and_then_removed(db: Db) {
    let server = Server::at(db, Clock::fixed(nine())).await;
    let mut own = cast(&server).await;
    let point = own.point("TI-1", json!({})).await;
    own.send(&[("TI-1", second(-1), 20.0), ("TI-1", nine() - Duration::days(1), 21.0)]).await;
    server.app.clock.advance(Duration::days(30));
    own.sign_in_again().await;
    run(&server, "watch_monitoring", "hours").await;
    assert_eq!(run(&server, "clear_readings", "minutes").await, 0);
    let drawn = curve(&own.officer, &point, second(-3600), second(0)).await;
    assert_eq!(drawn["items"].as_array().unwrap().len(), 1);
    server.app.clock.advance(Duration::days(3));
    own.sign_in_again().await;
    run(&server, "clear_readings", "minutes").await;
    let drawn = curve(&own.officer, &point, second(-3600), second(0)).await;
    assert_eq!(drawn["items"], json!([]));
    // the sums stay for years
    let month = curve(&own.officer, &point, nine() - Duration::days(20), nine()).await;
    assert_eq!(month["items"].as_array().unwrap().len(), 2);
}
