var heat = require("heatjs")(
"test_e53bbf19fdd077eda1cd933a54ebe987"
);
heat.requestRating({
instruction: "Estimate the age of the person in the image",
attachments_type: "image",
attachments: [ "http://i.imgur.com/GWxg2wC.jpg" ],
rating_min: 0,
rating_max: 100,
rating_step: 5
}).then(function (res) {
// handle response here
});
