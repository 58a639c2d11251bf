var heat = require("heatjs")(
"test_e53bbf19fdd077eda1cd933a54ebe987"
);
heat.requestAnnotationsWithRating({
instruction: "Mark all the cats in the image",
attachments_type: "image",
attachments: [ "http://i.imgur.com/2hOoEp1.jpg" ],
per_annotation: {
instruction: "How aggressive is the cat?",
rating_min: 0,
rating_max: 10,
label_min: "not aggressive",
label_max: "very aggressive"
}
}).then(function (res) {
// handle response here
});
